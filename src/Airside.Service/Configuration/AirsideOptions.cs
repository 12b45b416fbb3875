using System.Globalization;
using Airside.Core;
using Airside.Service.Security;
using Airside.Service.Telemetry;
using Airside.Stores.DynamoDb;
using Airside.Stores.Postgres;

namespace Airside.Service.Configuration;

/// <summary>The settings in force, checked.</summary>
internal sealed class AirsideOptions
{
    /// <summary>The OpenFlights file at its home.</summary>
    public const string DefaultAirlinesSource = "https://raw.githubusercontent.com/jpatokal/openflights/master/data/airlines.dat";

    /// <summary>The host of <see cref="DefaultAirlinesSource"/>.</summary>
    public const string DefaultAllowedHosts = "raw.githubusercontent.com";

    private AirsideOptions(SettingReader reader)
    {
        Store = reader.OneOf("Airside:Store", "embedded", "postgres", "dynamodb");
        DataDirectory = reader.Text("Airside:DataDirectory");
        KeyWindow = TimeSpan.FromHours(reader.WholeNumber("Airside:KeyWindowHours", 1, Limits.KeyWindowHoursMax));
        Drain = TimeSpan.FromSeconds(reader.WholeNumber("Airside:DrainSeconds", 0, Limits.DrainSecondsMax));
        AirlinesSource = reader.Text("Airside:Airlines:Source");
        AllowedHosts = reader.List("Airside:Airlines:AllowedHosts");
        Security = new SecurityOptions(reader);
        Tls = TlsFiles.Read(reader);
        LedgerCheckEvery = TimeSpan.FromSeconds(reader.WholeNumber("Airside:LedgerCheckSeconds", 0, Limits.LedgerCheckSecondsMax));
        Otlp = OtlpOptions.Read(reader);
        LogLevel = Enum.Parse<LogLevel>(reader.OneOf("LOG_LEVEL", Enum.GetNames<LogLevel>()), ignoreCase: true);
        Postgres = new PostgresSettings(
            reader.Optional("ConnectionStrings:Airside"),
            reader.Optional("DB_HOST"),
            reader.Optional("DB_NAME"),
            reader.Optional("DB_USER"),
            reader.Optional("DB_PASSWORD"),
            reader.Optional("Airside:Postgres:PasswordFile"),
            reader.WholeNumber("MAX_CONNECTIONS", 1, 100_000),
            reader.WholeNumber("Airside:Postgres:TimeoutMs", Limits.PostgresTimeoutMsMin, Limits.PostgresTimeoutMsMax));
        DynamoDb = new DynamoDbSettings(
            reader.Text("Airside:DynamoDb:Table"),
            reader.Optional("Airside:DynamoDb:Region"),
            reader.Optional("Airside:DynamoDb:Endpoint"));
        reader.RefuseUnknownKeys();
    }

    /// <summary>Kind of store.</summary>
    public string Store { get; }

    /// <summary>Directory of the embedded store.</summary>
    public string DataDirectory { get; }

    /// <summary>Where PostgreSQL is.</summary>
    public PostgresSettings Postgres { get; }

    /// <summary>Where the table of DynamoDB is.</summary>
    public DynamoDbSettings DynamoDb { get; }

    /// <summary>How long keys are remembered at least.</summary>
    public TimeSpan KeyWindow { get; }

    /// <summary>Time from the signal to stop to the end of the process.</summary>
    public TimeSpan Drain { get; }

    /// <summary>Where airlines are loaded from when a request brings none: a URL or a path.</summary>
    public string AirlinesSource { get; }

    /// <summary>Hosts and origins that airlines may be fetched from.</summary>
    public IReadOnlyList<string> AllowedHosts { get; }

    /// <summary>Who may use the service, and how much.</summary>
    public SecurityOptions Security { get; }

    /// <summary>Where the certificate of the service is; null where it speaks plain HTTP only.</summary>
    public TlsFiles? Tls { get; }

    /// <summary>Time between two checks of the ledger; zero for none.</summary>
    public TimeSpan LedgerCheckEvery { get; }

    /// <summary>Where telemetry is sent to; null where it is not sent.</summary>
    public OtlpOptions? Otlp { get; }

    /// <summary>Least level of log messages.</summary>
    public LogLevel LogLevel { get; }

    /// <summary>Reads and checks all settings.</summary>
    /// <exception cref="InvalidSettingsException">Some are wrong; the message names each with its present value.</exception>
    public static AirsideOptions Read(IConfiguration configuration)
    {
        var reader = new SettingReader(configuration);
        var options = new AirsideOptions(reader);
        return reader.Errors.Count == 0 ? options : throw new InvalidSettingsException(reader.Errors);
    }
}

/// <summary>Settings hold values that they may not have; the service does not start.</summary>
internal sealed class InvalidSettingsException(IReadOnlyList<string> errors)
    : Exception("The configuration is not valid:" + string.Concat(errors.Select(error => $"\n- {error}")));

/// <summary>Reads settings and gathers what is wrong with them, so that all of it is reported at once.</summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private readonly List<string> _errors = [];

    /// <summary>What is wrong: cause, key and present value of each.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public string Text(string key)
    {
        var value = Value(key);
        if (string.IsNullOrWhiteSpace(value))
        {
            _errors.Add($"{key} is empty; it needs a value, by default '{Find(key).Default}'.");
        }

        return value;
    }

    /// <summary>Text that may be left out, or null.</summary>
    public string? Optional(string key) => Value(key) is { Length: > 0 } value ? value : null;

    public bool Boolean(string key) => OneOf(key, "false", "true") == "true";

    /// <summary>The API keys.</summary>
    public IReadOnlyList<ConfiguredKey> Keys()
    {
        var keys = KeyEntries.Read(configuration, _errors);
        KeyEntries.DemandDistinct(keys, SecurityOptions.KeysSetting, _errors);
        return keys;
    }

    /// <summary>Adds what is wrong with settings that do not go together.</summary>
    public void Refuse(string error) => _errors.Add(error);

    public int WholeNumber(string key, int minimum, int maximum)
    {
        var value = Value(key);
        if (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum)
        {
            return number;
        }

        _errors.Add($"{key} is '{value}'; it must be a whole number from {minimum} to {maximum}.");
        return minimum;
    }

    /// <summary>A number from 0 to 1.</summary>
    public double Share(string key)
    {
        var value = Value(key);
        if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) || share > 1)
        {
            _errors.Add($"{key} is '{value}'; it must be a number from 0 to 1.");
        }

        return share;
    }

    public string OneOf(string key, params string[] allowed)
    {
        var value = Value(key);
        var match = Array.Find(allowed, name => string.Equals(name, value, StringComparison.OrdinalIgnoreCase));
        if (match is null)
        {
            _errors.Add($"{key} is '{value}'; it must be {string.Join(" or ", allowed.Select(name => $"'{name}'"))}.");
        }

        return match ?? allowed[0];
    }

    /// <summary>Values separated by commas, or given one by one as <c>key:0</c>, <c>key:1</c>, …</summary>
    public IReadOnlyList<string> List(string key)
    {
        var children = configuration.GetSection(key).GetChildren().Select(child => child.Value ?? "").ToArray();
        return children.Length > 0
            ? children
            : Value(key).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A mistyped key would otherwise be a setting that silently does nothing.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (var (key, value) in configuration.GetSection("Airside").AsEnumerable())
        {
            if (value is not null && !Setting.All.Any(setting => IsKeyOf(setting, key)))
            {
                _errors.Add($"{key} is '{Shown.Unless(IsSecretName(key), value)}', but there is no such setting. There are: "
                    + $"{string.Join(", ", Setting.All.Select(setting => setting.Key))}.");
            }
        }
    }

    /// <summary>A mistyped key may hold a secret, which must not get into the log of a failed start.</summary>
    private static bool IsSecretName(string key) => Array.Exists(
        SecretNames, name => key.Contains(name, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] SecretNames = ["Password", "Secret", "Key", "Token", "Connection"];

    private static bool IsKeyOf(Setting setting, string key) =>
        string.Equals(setting.Key, key, StringComparison.OrdinalIgnoreCase)
        || key.StartsWith(setting.Key + ":", StringComparison.OrdinalIgnoreCase);

    private static Setting Find(string key) =>
        Setting.All.Concat(Setting.Predecessors).First(setting => setting.Key == key);

    private string Value(string key) => configuration[key] ?? Find(key).Default;
}
