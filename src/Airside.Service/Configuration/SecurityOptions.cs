using System.Net;
using Airside.Core;

namespace Airside.Service.Configuration;

/// <summary>The settings below <c>Airside:Security</c>, validated.</summary>
internal sealed class SecurityOptions
{
    public const string KeysSetting = "Airside:Security:Keys";

    public const string KeysFileSetting = "Airside:Security:KeysFile";

    private const string PublicReadSetting = "Airside:Security:PublicRead";
    private const string OriginsSetting = "Airside:Security:CorsOrigins";
    private const string ProxiesSetting = "Airside:Security:TrustedProxies";

    public SecurityOptions(SettingReader reader)
    {
        IsOpen = reader.OneOf("Airside:Security:Mode", "Keys", "Open") == "Open";
        Keys = reader.Keys();
        KeysFile = reader.Optional(KeysFileSetting);
        HasPublicRead = reader.Boolean(PublicReadSetting);
        AllowedHosts = reader.List("Airside:Security:AllowedHosts");
        TrustedProxies = ReadNetworks(reader);
        CorsOrigins = ReadOrigins(reader);
        RequestsPerSecondPerKey = reader.WholeNumber("Airside:Security:RequestsPerSecondPerKey", 0, Limits.RequestsPerSecondMax);
        RequestsPerSecondPerAddress = reader.WholeNumber("Airside:Security:RequestsPerSecondPerAddress", 0, Limits.RequestsPerSecondMax);
        ConcurrentRequests = reader.WholeNumber("Airside:Security:ConcurrentRequests", 0, Limits.ConnectionsMax);
        if (!HasPublicRead && !RequiresKeys)
        {
            reader.Refuse($"{PublicReadSetting} is 'false', but keys are not required, so anyone could still read. Set {KeysSetting} or "
                + $"{KeysFileSetting}; Airside:Security:Mode (currently '{(IsOpen ? "Open" : "Keys")}') must be 'Keys'.");
        }
    }

    /// <summary>Whether anyone who can reach the service may use it, by an explicit decision.</summary>
    public bool IsOpen { get; }

    /// <summary>Keys from the settings.</summary>
    public IReadOnlyList<ConfiguredKey> Keys { get; }

    /// <summary>Path of a file with more keys, or null.</summary>
    public string? KeysFile { get; }

    /// <summary>Whether reading needs no key.</summary>
    public bool HasPublicRead { get; }

    /// <summary>Host names that requests may use; empty for the default rule.</summary>
    public IReadOnlyList<string> AllowedHosts { get; }

    /// <summary>Networks of proxies whose headers about a client are trusted.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; }

    /// <summary>Origins whose pages may call the API from a browser.</summary>
    public IReadOnlySet<string> CorsOrigins { get; }

    /// <summary>Average requests per second allowed for each key; 0 for no limit.</summary>
    public int RequestsPerSecondPerKey { get; }

    /// <summary>Average requests per second allowed for each address without a valid key; 0 for no limit.</summary>
    public int RequestsPerSecondPerAddress { get; }

    /// <summary>Maximum number of concurrent requests; 0 for no limit.</summary>
    public int ConcurrentRequests { get; }

    /// <summary>Whether keys are configured, so callers can be identified.</summary>
    public bool HasKeys => Keys.Count > 0 || KeysFile is not null;

    /// <summary>Whether a request that needs a key and has none is refused.</summary>
    public bool RequiresKeys => !IsOpen && HasKeys;

    /// <summary>Whether the service is local to this machine: it requires no key and listens on loopback only.</summary>
    public bool IsLocal => !IsOpen && !HasKeys;

    /// <summary>Who may use the service, in a sentence.</summary>
    public string Summary => this switch
    {
        { IsOpen: true } => "anyone who can reach the service may use it (Airside:Security:Mode is 'Open')",
        { RequiresKeys: false } => "no key is configured, so the service listens on loopback only",
        { HasPublicRead: true } => "reading is public, everything else needs a key",
        _ => "everything needs a key",
    };

    /// <summary>Whether a request needs a key with the scope.</summary>
    public bool Requires(string scope) => RequiresKeys && !(HasPublicRead && scope == Scopes.Read);

    private static HashSet<string> ReadOrigins(SettingReader reader)
    {
        var origins = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in reader.List(OriginsSetting))
        {
            // A browser sends exactly this form: no default port, no path, lower case.
            if (!Uri.TryCreate(entry, UriKind.Absolute, out var uri)
                || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
                || uri.GetLeftPart(UriPartial.Authority) != entry)
            {
                reader.Refuse($"{OriginsSetting} has '{DisplayText.Shorten(entry)}'; use origins such as https://booking.example.com, "
                    + "without a path. There is no entry for all origins.");
            }

            origins.Add(entry);
        }

        return origins;
    }

    private static List<IPNetwork> ReadNetworks(SettingReader reader)
    {
        var networks = new List<IPNetwork>();
        foreach (var entry in reader.List(ProxiesSetting))
        {
            if (IPNetwork.TryParse(entry, out var network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(entry, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                reader.Refuse($"{ProxiesSetting} has '{DisplayText.Shorten(entry)}'; use addresses and networks such as 10.0.0.0/8.");
            }
        }

        return networks;
    }
}
