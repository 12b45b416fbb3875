using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Telemetry;

/// <summary>
/// Logs who changed what, as messages of one category with fixed numbers, each with the trace id of its request. They are logged at
/// every log level except <c>None</c>.
/// </summary>
internal sealed partial class AuditLog(ILoggerFactory loggers)
{
    public const string Category = "Airside.Audit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public void CatalogLoaded(HttpContext context, string source, string version, int airlines) =>
        LogCatalogLoaded(_logger, CallerOf(context), AddressOf(context), source, version, airlines);

    public void CatalogRefused(HttpContext context, string source, string cause) =>
        LogCatalogRefused(_logger, CallerOf(context), AddressOf(context), source, cause);

    public void KeyCreated(string name, IReadOnlyList<string> scopes, string user) =>
        LogKeyCreated(_logger, name, string.Join(',', scopes), user);

    /// <summary>Logs that a key is new or has changed.</summary>
    public void KeyActivated(ConfiguredKey key) =>
        LogKeyActivated(_logger, key.Name, string.Join(',', key.Scopes), key.Expires?.ToString("O") ?? "never");

    public void KeyRevoked(string name) => LogKeyRevoked(_logger, name);

    public void KeysFileBroken(string cause) => LogKeysFileBroken(_logger, cause);

    public void KeysFileRestored(string path) => LogKeysFileRestored(_logger, path);

    public void Started(SecurityOptions options, int keys) => LogStarted(_logger, options.Summary, keys);

    public void CertificateActivated(string subject, DateTime until) => LogCertificateActivated(_logger, subject, until.ToString("O"));

    /// <summary>Logs that the certificate cannot be read; the previous one stays active.</summary>
    public void CertificateBroken(string cause) => LogCertificateBroken(_logger, cause);

    private static string CallerOf(HttpContext context) => context.User.Identity?.Name ?? "anyone";

    private static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    [LoggerMessage(EventIds.CatalogLoaded, LogLevel.Information,
        "Catalog loaded by {Caller} from {Address}: {Airlines} airlines, version {Version}, source {Source}")]
    private static partial void LogCatalogLoaded(
        ILogger logger, string caller, string address, string source, string version, int airlines);

    [LoggerMessage(EventIds.CatalogRefused, LogLevel.Warning, "Catalog load by {Caller} from {Address} refused, source {Source}: {Cause}")]
    private static partial void LogCatalogRefused(ILogger logger, string caller, string address, string source, string cause);

    [LoggerMessage(
        EventIds.KeyCreated, LogLevel.Information, "Key {Key} created with the scopes {Scopes} by the user {User}; it is not active yet")]
    private static partial void LogKeyCreated(ILogger logger, string key, string scopes, string user);

    [LoggerMessage(EventIds.KeyActivated, LogLevel.Information, "Key {Key} active with the scopes {Scopes}, expires {Expires}")]
    private static partial void LogKeyActivated(ILogger logger, string key, string scopes, string expires);

    [LoggerMessage(EventIds.KeyRevoked, LogLevel.Information, "Key {Key} revoked")]
    private static partial void LogKeyRevoked(ILogger logger, string key);

    [LoggerMessage(EventIds.KeysFileBroken, LogLevel.Error, "{Cause} Keys stay active only while their hashes are still in the file.")]
    private static partial void LogKeysFileBroken(ILogger logger, string cause);

    [LoggerMessage(EventIds.KeysFileRestored, LogLevel.Information, "The keys file {Path} can be read again")]
    private static partial void LogKeysFileRestored(ILogger logger, string path);

    [LoggerMessage(EventIds.Started, LogLevel.Information, "Started: {Summary}; {Keys} keys")]
    private static partial void LogStarted(ILogger logger, string summary, int keys);

    [LoggerMessage(EventIds.CertificateActivated, LogLevel.Information, "Certificate active: {Subject}, valid until {Until}")]
    private static partial void LogCertificateActivated(ILogger logger, string subject, string until);

    [LoggerMessage(EventIds.CertificateBroken, LogLevel.Error, "{Cause} The previous certificate stays active.")]
    private static partial void LogCertificateBroken(ILogger logger, string cause);
}
