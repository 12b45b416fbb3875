using System.Globalization;
using System.Text.RegularExpressions;
using Airside.Core;
using Airside.Stores.DynamoDb;
using Airside.Stores.Postgres;

namespace Airside.Service.Configuration;

/// <summary>The current settings, validated.</summary>
internal sealed partial class AirsideOptions
{
    /// <summary>URL of the original OpenFlights file.</summary>
    public const string DefaultAirlinesSource = "https://raw.githubusercontent.com/jpatokal/openflights/master/data/airlines.dat";

    /// <summary>The host of <see cref="DefaultAirlinesSource"/>.</summary>
    public const string DefaultAllowedHosts = "raw.githubusercontent.com";

    private AirsideOptions(SettingReader reader)
    {
        Store = reader.OneOf("Airside:Store", "embedded", "postgres", "dynamodb");
        DataDirectory = reader.Text("Airside:DataDirectory");
        KeyWindow = TimeSpan.FromHours(reader.WholeNumber("Airside:KeyWindowHours", 1, Limits.KeyWindowHoursMax));
        RequiresTransactionKey = reader.Boolean(Setting.RequireKeySetting);
        HourlyHistoryDays = reader.WholeNumber(Setting.HourlyHistorySetting, HourlyHistoryDaysMin(KeyWindow), Limits.HourlyHistoryDaysMax);
        Drain = TimeSpan.FromSeconds(reader.WholeNumber("Airside:DrainSeconds", 0, Limits.DrainSecondsMax));
        PathBase = ReadPathBase(reader);
        AirlinesSource = reader.Text("Airside:Airlines:Source");
        AllowedHosts = reader.List("Airside:Airlines:AllowedHosts");
        Designators = DesignatorAssignments.Read(reader);
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

    public PostgresSettings Postgres { get; }

    public DynamoDbSettings DynamoDb { get; }

    /// <summary>Minimum time that keys are remembered.</summary>
    public TimeSpan KeyWindow { get; }

    /// <summary>Whether a transaction without a key is refused, instead of getting one that no one can repeat.</summary>
    public bool RequiresTransactionKey { get; }

    /// <summary>How long transactions are kept by hour, in days.</summary>
    public int HourlyHistoryDays { get; }

    /// <summary>Time from the stop signal to the end of the process.</summary>
    public TimeSpan Drain { get; }

    /// <summary>Path below which clients reach the service, without a slash at the end; empty for none.</summary>
    public string PathBase { get; }

    /// <summary>Source of airlines for a load request without a body: a URL or a path.</summary>
    public string AirlinesSource { get; }

    /// <summary>Hosts and origins that airlines may be fetched from.</summary>
    public IReadOnlyList<string> AllowedHosts { get; }

    /// <summary>Ids of the airlines that designators are assigned to, by designator in uppercase.</summary>
    public IReadOnlyDictionary<string, int> Designators { get; }

    public SecurityOptions Security { get; }

    /// <summary>Certificate files of the service; null if it serves plain HTTP only.</summary>
    public TlsFiles? Tls { get; }

    /// <summary>Interval between ledger checks; zero disables them.</summary>
    public TimeSpan LedgerCheckEvery { get; }

    /// <summary>Settings of the telemetry export; null if nothing is sent.</summary>
    public OtlpOptions? Otlp { get; }

    public LogLevel LogLevel { get; }

    private static string ReadPathBase(SettingReader reader)
    {
        var path = (reader.Optional("Airside:PathBase") ?? "").TrimEnd('/');
        if (path.Length > 0 && !IsPath(path))
        {
            reader.Refuse($"Airside:PathBase is '{DisplayText.Shorten(path)}'; it must be a path such as /airside.");
        }
        else if (path.Length > 0 && OwnPaths.ConflictOf(path) is { } own)
        {
            reader.Refuse(
                $"Airside:PathBase is '{DisplayText.Shorten(path)}', but the service has URLs of its own at {own}, which no request would "
                + "reach any more. Choose another path, such as /airside.");
        }

        return path;
    }

    private static int HourlyHistoryDaysMin(TimeSpan keyWindow) =>
        (int)Math.Ceiling(keyWindow.TotalDays) + Limits.HourlyHistoryDaysBeyondKeys;

    /// <summary>
    /// Whether a text is a path such as <c>/airside</c>: segments of letters, digits and <c>. _ ~ -</c> that do not begin with a dot,
    /// without a slash at the end.
    /// </summary>
    public static bool IsPath(string text) => Path().IsMatch(text);

    /// <summary>Reads and validates all settings.</summary>
    /// <exception cref="InvalidSettingsException">Some settings are invalid; the message names each with its current value.</exception>
    public static AirsideOptions Read(IConfiguration configuration)
    {
        var reader = new SettingReader(configuration);
        var options = new AirsideOptions(reader);
        return reader.Errors.Count == 0 ? options : throw new InvalidSettingsException(reader.Errors);
    }

    [GeneratedRegex("^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Path();
}

/// <summary>Some settings are invalid; the service does not start.</summary>
internal sealed class InvalidSettingsException(IReadOnlyList<string> errors)
    : Exception("The configuration is not valid:" + string.Concat(errors.Select(error => $"\n- {error}")));

/// <summary>Reads settings and collects all errors, so one exception reports them together.</summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private readonly List<string> _errors = [];

    /// <summary>The errors, each with cause, key and current value.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public string Text(string key)
    {
        var value = Value(key);
        if (string.IsNullOrWhiteSpace(value))
        {
            _errors.Add($"{key} is empty; it needs a value. The default is '{Find(key).Default}'.");
        }

        return value;
    }

    /// <summary>Reads optional text; returns null if it is empty.</summary>
    public string? Optional(string key) => Value(key) is { Length: > 0 } value ? value : null;

    public bool Boolean(string key) => OneOf(key, "false", "true") == "true";

    public IReadOnlyList<ConfiguredKey> Keys()
    {
        var keys = KeyEntries.Read(configuration, _errors);
        KeyEntries.EnsureDistinct(keys, SecurityOptions.KeysSetting, _errors);
        return keys;
    }

    /// <summary>Adds an error that the caller found, such as settings that contradict each other.</summary>
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

    /// <summary>Reads a number from 0 to 1.</summary>
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

    /// <summary>Reads values separated by commas, or given individually as <c>key:0</c>, <c>key:1</c>, …</summary>
    public IReadOnlyList<string> List(string key)
    {
        var children = configuration.GetSection(key).GetChildren().Select(child => child.Value ?? "").ToArray();
        return children.Length > 0
            ? children
            : Value(key).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Reads entries of name and value: <c>name=value</c> separated by commas, or each as <c>key:name</c>.</summary>
    public IEnumerable<(string Name, string Value)> Entries(string key)
    {
        foreach (var child in configuration.GetSection(key).GetChildren())
        {
            yield return (child.Key, child.Value ?? "");
        }

        foreach (var entry in Value(key).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = entry.Split('=', 2) is [var before, var after] ? (before.Trim(), after.Trim()) : (entry, "");
            yield return (name, value);
        }
    }

    /// <summary>Rejects unknown keys. A mistyped key would otherwise silently do nothing.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (var (key, value) in configuration.GetSection("Airside").AsEnumerable())
        {
            if (value is not null && !Setting.All.Any(setting => IsKeyOf(setting, key)))
            {
                _errors.Add($"{key} is '{DisplayText.Unless(IsSecretName(key), value)}', but there is no such setting. The settings are: "
                    + $"{string.Join(", ", Setting.All.Select(setting => setting.Key))}.");
            }
        }
    }

    /// <summary>A mistyped key may hold a secret, which the log of a failed start must not show.</summary>
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
