using System.Globalization;
using Airside.Core;
using Airside.Service.Telemetry;

namespace Airside.Service.Configuration;

/// <summary>One setting that Airside reads, as documentation, validation and <c>/config</c> need it.</summary>
/// <param name="Key">Its configuration key.</param>
/// <param name="Default">What holds when it is not set, as text; empty for nothing.</param>
/// <param name="Description">What it does, in one sentence.</param>
/// <param name="IsSecret">Whether its value is never shown.</param>
internal sealed record Setting(string Key, string Default, string Description, bool IsSecret = false)
{
    /// <summary>Every setting of Airside itself, in the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("Airside:Store", "embedded",
            "Where transactions and airlines are kept: `embedded`, in one process and its data directory; `postgres` or `dynamodb`, shared "
            + "by any number of processes."),
        new("Airside:DataDirectory", "./data", "Directory of the embedded store; made when it is missing."),
        new("ConnectionStrings:Airside", "",
            "Connection string of PostgreSQL, in Npgsql's form. Host, database, user and password may be given by `DB_HOST`, `DB_NAME`, "
            + "`DB_USER` and `DB_PASSWORD` instead, which go first.", IsSecret: true),
        new("DB_HOST", "", "Host of PostgreSQL, with a port where it is not 5432: `host:port`."),
        new("DB_NAME", "", "Database of PostgreSQL."),
        new("DB_USER", "", "User of PostgreSQL."),
        new("Airside:Postgres:PasswordFile", "",
            "File that holds the password of PostgreSQL, read again for each new connection, so that a rotated password needs no restart."),
        new("Airside:Postgres:TimeoutMs", Text(Limits.StoreTimeoutMs),
            $"How long a request waits for PostgreSQL, in milliseconds, {Limits.PostgresTimeoutMsMin} to {Limits.PostgresTimeoutMsMax}. "
            + "Past it the answer is 503."),
        new("Airside:DynamoDb:Table", "airside", "Table of the DynamoDB store."),
        new("Airside:DynamoDb:Region", "", "AWS region of the table; without it the SDK looks for one, as in `AWS_REGION`."),
        new("Airside:DynamoDb:Endpoint", "", "URL of another server than AWS, such as DynamoDB Local; only for development and tests."),
        new("Airside:KeyWindowHours", Text(Limits.KeyWindowHoursDefault),
            $"How long transaction keys are remembered, in hours, 1 to {Limits.KeyWindowHoursMax}."),
        new("Airside:DrainSeconds", Text(Limits.DrainSecondsDefault),
            $"Time from SIGTERM to the end of the process, in seconds, 0 to {Limits.DrainSecondsMax}. "
            + "For half of it requests are still served; a request that hangs at the end is cut off within a second."),
        new("Airside:LedgerCheckSeconds", "0",
            $"Time between two checks of the whole ledger, as `reconcile` makes them, in seconds, up to {Limits.LedgerCheckSecondsMax}; "
            + "the first comes within five minutes. The result is a metric. 0: never. Each process reads the whole ledger for it."),
        new("Airside:Airlines:Source", AirsideOptions.DefaultAirlinesSource,
            "Where `POST /api/v1/load/airlines` without a body reads from: a URL or the path of a file."),
        new("Airside:Airlines:AllowedHosts", AirsideOptions.DefaultAllowedHosts,
            "Hosts that airlines may be fetched from, separated by commas. A name allows https to its public addresses. An origin such "
            + "as `http://10.0.0.5:8080` allows exactly that scheme, host and port, also where it is private or not encrypted."),
        new("Airside:Security:Mode", "Keys",
            "`Keys`: without API keys the service listens on loopback only. `Open`: anyone who reaches the service may use it."),
        new("Airside:Security:Keys", "",
            "API keys: entries of `Name`, `Scopes`, `Hash` and `Expires` as `keys create` prints them; shown by their names."),
        new("Airside:Security:KeysFile", "",
            $"File with a JSON array of such entries, read again every {Limits.KeysFileLookMs / 1000} s, so that keys come and go "
            + "without a restart."),
        new("Airside:Security:PublicRead", "true", "Whether reading needs no key; `false` asks for one with the scope `read`."),
        new("Airside:Security:AllowedHosts", "",
            "Names that requests may be addressed to, separated by commas, `*.` for any before it. By default any; without keys only "
            + "names of this machine."),
        new("Airside:Security:TrustedProxies", "",
            "Addresses and networks of proxies, separated by commas, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."),
        new("Airside:Security:RequestsPerSecondPerKey", Text(Limits.RequestsPerSecondPerKeyDefault),
            $"Requests of one key in a second, on average; {Limits.BurstSeconds} seconds' worth may come at once. 0: any number."),
        new("Airside:Security:RequestsPerSecondPerAddress", Text(Limits.RequestsPerSecondPerAddressDefault),
            "The same for requests without a valid key, for each address or IPv6 network of 64 bits."),
        new("Airside:Security:ConcurrentRequests", Text(Limits.ConcurrentRequestsDefault),
            "Requests that are served at once; past it 503. 0: any number."),
        new("Airside:Tls:CertificateFile", "",
            "Certificate of the service with its chain, PEM; then it takes `https://` addresses. Read again when it changes."),
        new("Airside:Tls:KeyFile", "", "Private key of the certificate, PEM, not encrypted."),
        new(OtlpOptions.EndpointSetting, "",
            "URL of an OpenTelemetry collector that metrics, traces and logs are sent to. Without it nothing is sent. All "
            + "`OTEL_EXPORTER_OTLP_…` variables of OpenTelemetry hold beside it; the protocol is `http/protobuf` by default."),
        new(OtlpOptions.SamplerSetting, OtlpOptions.DefaultSampler,
            "Which traces are sent, by OpenTelemetry's names: those that the caller has chosen, and of all others a share."),
        new(OtlpOptions.SamplerArgumentSetting, OtlpOptions.DefaultSamplerArgument, "That share, from 0 to 1."),
        new(OtlpOptions.TracesSetting, OtlpOptions.Sent, "`none`: no traces are sent."),
        new(OtlpOptions.MetricsSetting, OtlpOptions.Sent,
            "`none`: no metrics are sent. `/metrics` has them in any case; where that is read, sending them as well only costs."),
        new(OtlpOptions.LogsSetting, OtlpOptions.Sent, "`none`: the log is not sent. The console has it in any case."),
        new(OtlpOptions.ServiceNameSetting, OtlpOptions.DefaultServiceName, "Name of the service in what is sent."),
    ];

    /// <summary>The names that predecessors used; always shown by <c>/config</c>.</summary>
    public static IReadOnlyList<Setting> Predecessors { get; } =
    [
        new("SECRET_KEY", "", "Not needed by Airside; shown as set or not set.", IsSecret: true),
        new("DB_PASSWORD", "", "Password of PostgreSQL; other stores need none.", IsSecret: true),
        new("API_BASE_URL", "", "Address at which clients reach the service; by default the one that it listens on."),
        new("LOG_LEVEL", "Information", "Least level of log messages: Trace, Debug, Information, Warning, Error, Critical, None."),
        new("MAX_CONNECTIONS", "100", "Most connections of this process to PostgreSQL, which takes two at least; other stores need none."),
    ];

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
