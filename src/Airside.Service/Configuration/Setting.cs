using System.Globalization;
using Airside.Core;

namespace Airside.Service.Configuration;

/// <summary>A setting that Airside reads, for documentation, validation and <c>/config</c>.</summary>
/// <param name="Key">Its configuration key.</param>
/// <param name="Default">Its default value, as text; empty for none.</param>
/// <param name="Description">What it does, in one sentence.</param>
/// <param name="IsSecret">Whether its value is never shown.</param>
internal sealed record Setting(string Key, string Default, string Description, bool IsSecret = false)
{
    /// <summary>How long transactions are kept by hour.</summary>
    public const string HourlyHistorySetting = "Airside:HourlyHistoryDays";

    /// <summary>Whether a transaction needs a key.</summary>
    public const string RequireKeySetting = "Airside:RequireTransactionKey";

    /// <summary>Airside's own settings, in the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("Airside:Store", "embedded",
            "Where transactions and airlines are stored: `embedded`, in one process and its data directory; `postgres` or `dynamodb`, "
            + "shared by any number of processes."),
        new("Airside:DataDirectory", "./data", "Directory of the embedded store; created if missing."),
        new("ConnectionStrings:Airside", "",
            "PostgreSQL connection string in Npgsql's format. `DB_HOST`, `DB_NAME`, `DB_USER` and `DB_PASSWORD` can set host, database, "
            + "user and password instead; they take precedence.", IsSecret: true),
        new("DB_HOST", "", "PostgreSQL host, with the port if it is not 5432: `host:port`."),
        new("DB_NAME", "", "PostgreSQL database."),
        new("DB_USER", "", "PostgreSQL user."),
        new("Airside:Postgres:PasswordFile", "",
            "File with the PostgreSQL password, read again for each new connection, so a rotated password needs no restart."),
        new("Airside:Postgres:TimeoutMs", Text(Limits.StoreTimeoutMs),
            $"How long a request waits for PostgreSQL, in milliseconds, {Limits.PostgresTimeoutMsMin} to {Limits.PostgresTimeoutMsMax}. "
            + "After that it gets 503."),
        new("Airside:DynamoDb:Table", "airside", "DynamoDB table of the store."),
        new("Airside:DynamoDb:Region", "", "AWS region of the table; without it the SDK determines one, for example from `AWS_REGION`."),
        new("Airside:DynamoDb:Endpoint", "", "URL of a server other than AWS, such as DynamoDB Local; for development and tests only."),
        new("Airside:KeyWindowHours", Text(Limits.KeyWindowHoursDefault),
            $"How long transaction keys are remembered, in hours, 1 to {Limits.KeyWindowHoursMax}."),
        new(RequireKeySetting, "false",
            "Whether a transaction without a key is refused with 400. `false` creates a key; it only protects a client that reads it and "
            + "sends it again."),
        new(HourlyHistorySetting, Text(Limits.HourlyHistoryDaysDefault),
            $"How long transactions are kept by hour, in days, up to {Limits.HourlyHistoryDaysMax}; after that they are kept by day. At "
            + $"least {Limits.HourlyHistoryDaysBeyondKeys} days more than `Airside:KeyWindowHours`."),
        new("Airside:DrainSeconds", Text(Limits.DrainSecondsDefault),
            $"Time from SIGTERM to the end of the process, in seconds, 0 to {Limits.DrainSecondsMax}. "
            + "For half of it the service still serves requests; a request that hangs at the end is aborted within a second."),
        new("Airside:PathBase", "",
            "Path below which clients reach the service through a proxy, such as `/airside`; pages, links and `Location` begin with it. "
            + "By default the `X-Forwarded-Prefix` of a trusted proxy, or none."),
        new("Airside:LedgerCheckSeconds", "0",
            $"Interval between checks of the entire ledger, as by `reconcile`, in seconds, up to {Limits.LedgerCheckSecondsMax}; "
            + "the first runs within five minutes. The result is a metric. 0: never. Each process reads the entire ledger for it."),
        new("Airside:Airlines:Source", AirsideOptions.DefaultAirlinesSource,
            "Source of `POST /api/v1/load/airlines` without a body: a URL or a file path."),
        new("Airside:Airlines:AllowedHosts", AirsideOptions.DefaultAllowedHosts,
            "Hosts that airlines may be fetched from, separated by commas. A name allows https to its public addresses. An origin such "
            + "as `http://10.0.0.5:8080` allows exactly that scheme, host and port, even if it is private or unencrypted."),
        new(DesignatorAssignments.SettingKey, "",
            "Which of the airlines that share a designator it stands for: `LA=3200`, designator and airline id, separated by commas or "
            + "each as `Airside:Airlines:Designators:LA`. Otherwise an active airline takes precedence, then the lower id."),
        new("Airside:Security:Mode", "Keys",
            "`Keys`: without API keys the service listens on loopback only. `Open`: anyone who can reach the service may use it."),
        new("Airside:Security:Keys", "",
            "API keys: entries of `Name`, `Scopes`, `Hash` and `Expires`, as printed by `keys create`; shown by name."),
        new("Airside:Security:KeysFile", "",
            $"File with a JSON array of such entries, read again every {Limits.KeysFilePollMs / 1000} s, so keys can be added and "
            + "removed without a restart."),
        new("Airside:Security:PublicRead", "true", "Whether reading needs no key; `false` requires one with the scope `read`."),
        new("Airside:Security:AllowedHosts", "",
            "Host names that requests may use, separated by commas; `*.` matches any subdomain. By default any; without keys only "
            + "names of this machine."),
        new("Airside:Security:TrustedProxies", "",
            "Addresses and networks of proxies, separated by commas, whose `X-Forwarded-For`, `X-Forwarded-Proto` and "
            + "`X-Forwarded-Prefix` are trusted."),
        new("Airside:Security:CorsOrigins", "",
            "Origins, separated by commas, whose pages may call the API from a browser, such as `https://booking.example.com`."),
        new("Airside:Security:RequestsPerSecondPerKey", Text(Limits.RequestsPerSecondPerKeyDefault),
            $"Average requests per second for each key; bursts of {Limits.BurstSeconds} seconds' worth are allowed. 0: no limit."),
        new("Airside:Security:RequestsPerSecondPerAddress", Text(Limits.RequestsPerSecondPerAddressDefault),
            "The same for requests without a valid key, for each IPv4 address or 64-bit IPv6 network."),
        new("Airside:Security:ConcurrentRequests", Text(Limits.ConcurrentRequestsDefault),
            "Maximum number of concurrent requests; further ones get 503. 0: no limit."),
        new("Airside:Tls:CertificateFile", "",
            "Certificate of the service with its chain, in PEM format; it enables `https://` addresses. Read again when it changes."),
        new("Airside:Tls:KeyFile", "", "Private key of the certificate, in PEM format, unencrypted."),
        new(OtlpOptions.EndpointSetting, "",
            "URL of an OpenTelemetry collector that receives metrics, traces and logs. Without it nothing is sent. All "
            + "`OTEL_EXPORTER_OTLP_…` variables of OpenTelemetry also apply; the default protocol is `http/protobuf`."),
        new(OtlpOptions.SamplerSetting, OtlpOptions.DefaultSampler,
            "Which traces are sent, by OpenTelemetry's names; by default those that the caller selected and a share of all others."),
        new(OtlpOptions.SamplerArgumentSetting, OtlpOptions.DefaultSamplerArgument, "That share, from 0 to 1."),
        new(OtlpOptions.TracesSetting, OtlpOptions.Sent, "`none`: no traces are sent."),
        new(OtlpOptions.MetricsSetting, OtlpOptions.Sent,
            "`none`: no metrics are sent. `/metrics` always has them; if it is scraped, sending them too only adds cost."),
        new(OtlpOptions.LogsSetting, OtlpOptions.Sent, "`none`: the log is not sent. The console always has it."),
        new(OtlpOptions.ServiceNameSetting, OtlpOptions.DefaultServiceName, "Service name in the exported telemetry."),
    ];

    /// <summary>Settings under the predecessors' names; <c>/config</c> always shows them.</summary>
    public static IReadOnlyList<Setting> Predecessors { get; } =
    [
        new("SECRET_KEY", "", "Not used by Airside; shown as set or not set.", IsSecret: true),
        new("DB_PASSWORD", "", "PostgreSQL password; other stores need none.", IsSecret: true),
        new("API_BASE_URL", "", "Address at which clients reach the service; by default the address that it listens on."),
        new("LOG_LEVEL", "Information", "Lowest level that is logged: Trace, Debug, Information, Warning, Error, Critical, None."),
        new("MAX_CONNECTIONS", "100", "Maximum connections of this process to PostgreSQL, always at least two; other stores use none."),
    ];

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
