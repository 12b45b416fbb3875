using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Security;

/// <summary>
/// Who changed what, as log messages of one category with fixed numbers, each with the trace id of its request. They are logged
/// whatever the level of the log is, unless it is <c>None</c>.
/// </summary>
internal sealed partial class AuditLog(ILoggerFactory loggers)
{
    /// <summary>The log category.</summary>
    public const string Category = "Airside.Audit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    /// <summary>A catalog was replaced.</summary>
    public void CatalogLoaded(HttpContext context, string source, string version, int airlines) =>
        LogCatalogLoaded(_logger, CallerOf(context), AddressOf(context), source, version, airlines);

    /// <summary>A catalog was not replaced.</summary>
    public void CatalogRefused(HttpContext context, string source, string cause) =>
        LogCatalogRefused(_logger, CallerOf(context), AddressOf(context), source, cause);

    /// <summary>A key was made by the command.</summary>
    public void KeyMade(string name, IReadOnlyList<string> scopes, string user) =>
        LogKeyMade(_logger, name, string.Join(',', scopes), user);

    /// <summary>A key is new, or means something else than before.</summary>
    public void KeyInForce(ConfiguredKey key) =>
        LogKeyInForce(_logger, key.Name, string.Join(',', key.Scopes), key.Expires?.ToString("O") ?? "never");

    /// <summary>A key holds no longer.</summary>
    public void KeyRevoked(string name) => LogKeyRevoked(_logger, name);

    /// <summary>The file of keys cannot be read.</summary>
    public void KeysFileBroken(string cause) => LogKeysFileBroken(_logger, cause);

    /// <summary>The file of keys can be read again.</summary>
    public void KeysFileMended(string path) => LogKeysFileMended(_logger, path);

    /// <summary>The service starts, and this is who may use it.</summary>
    public void Started(SecurityOptions options, int keys) => LogStarted(_logger, options.Summary, keys);

    /// <summary>Another certificate is in force.</summary>
    public void CertificateInForce(string subject, DateTime until) => LogCertificateInForce(_logger, subject, until.ToString("O"));

    /// <summary>The certificate cannot be read; the one before stays in force.</summary>
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
        EventIds.KeyMade, LogLevel.Information, "Key {Key} made with the scopes {Scopes} by the user {User}; it is not in force yet")]
    private static partial void LogKeyMade(ILogger logger, string key, string scopes, string user);

    [LoggerMessage(EventIds.KeyInForce, LogLevel.Information, "Key {Key} in force with the scopes {Scopes}, expires {Expires}")]
    private static partial void LogKeyInForce(ILogger logger, string key, string scopes, string expires);

    [LoggerMessage(EventIds.KeyRevoked, LogLevel.Information, "Key {Key} revoked")]
    private static partial void LogKeyRevoked(ILogger logger, string key);

    [LoggerMessage(EventIds.KeysFileBroken, LogLevel.Error, "{Cause} Keys stay in force only while their hashes still stand in it.")]
    private static partial void LogKeysFileBroken(ILogger logger, string cause);

    [LoggerMessage(EventIds.KeysFileMended, LogLevel.Information, "The file of keys {Path} can be read again")]
    private static partial void LogKeysFileMended(ILogger logger, string path);

    [LoggerMessage(EventIds.Started, LogLevel.Information, "Started: {Summary}; {Keys} keys")]
    private static partial void LogStarted(ILogger logger, string summary, int keys);

    [LoggerMessage(EventIds.CertificateInForce, LogLevel.Information, "Certificate in force: {Subject}, until {Until}")]
    private static partial void LogCertificateInForce(ILogger logger, string subject, string until);

    [LoggerMessage(EventIds.CertificateBroken, LogLevel.Error, "{Cause} The certificate before stays in force.")]
    private static partial void LogCertificateBroken(ILogger logger, string cause);
}
