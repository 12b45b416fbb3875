using System.Net;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Security;

/// <summary>The settings below <c>Airside:Security</c>, checked.</summary>
internal sealed class SecurityOptions
{
    /// <summary>The setting that holds keys.</summary>
    public const string KeysSetting = "Airside:Security:Keys";

    /// <summary>The setting that names a file of keys.</summary>
    public const string KeysFileSetting = "Airside:Security:KeysFile";

    private const string PublicReadSetting = "Airside:Security:PublicRead";
    private const string ProxiesSetting = "Airside:Security:TrustedProxies";

    /// <summary>Reads the settings.</summary>
    public SecurityOptions(SettingReader reader)
    {
        IsOpen = reader.OneOf("Airside:Security:Mode", "Keys", "Open") == "Open";
        Keys = reader.Keys();
        KeysFile = reader.Optional(KeysFileSetting);
        HasPublicRead = reader.Boolean(PublicReadSetting);
        AllowedHosts = reader.List("Airside:Security:AllowedHosts");
        TrustedProxies = ReadNetworks(reader);
        RequestsPerSecondPerKey = reader.WholeNumber("Airside:Security:RequestsPerSecondPerKey", 0, Limits.RequestsPerSecondMax);
        RequestsPerSecondPerAddress = reader.WholeNumber("Airside:Security:RequestsPerSecondPerAddress", 0, Limits.RequestsPerSecondMax);
        ConcurrentRequests = reader.WholeNumber("Airside:Security:ConcurrentRequests", 0, Limits.ConnectionsMax);
        if (!HasPublicRead && !AsksForKeys)
        {
            reader.Refuse($"{PublicReadSetting} is 'false', but no key is asked for, so that anyone could read all the same. Set "
                + $"{KeysSetting} or {KeysFileSetting}, and leave Airside:Security:Mode (now '{(IsOpen ? "Open" : "Keys")}') at 'Keys'.");
        }
    }

    /// <summary>Whether anyone who reaches the service may use it, by an explicit decision.</summary>
    public bool IsOpen { get; }

    /// <summary>The keys of the settings.</summary>
    public IReadOnlyList<ConfiguredKey> Keys { get; }

    /// <summary>Path of a file with more keys, or null.</summary>
    public string? KeysFile { get; }

    /// <summary>Whether reading needs no key.</summary>
    public bool HasPublicRead { get; }

    /// <summary>Names that the service may be addressed by; empty for the usual rule.</summary>
    public IReadOnlyList<string> AllowedHosts { get; }

    /// <summary>Networks of proxies whose word on a client's address is taken.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; }

    /// <summary>Requests that a key may make in a second on average; 0 for any number.</summary>
    public int RequestsPerSecondPerKey { get; }

    /// <summary>Requests without a valid key that an address may make in a second on average; 0 for any number.</summary>
    public int RequestsPerSecondPerAddress { get; }

    /// <summary>Requests that are served at once; 0 for any number.</summary>
    public int ConcurrentRequests { get; }

    /// <summary>Whether keys are known, so that it can be told who sends a request.</summary>
    public bool HasKeys => Keys.Count > 0 || KeysFile is not null;

    /// <summary>Whether requests are refused that need a key and have none.</summary>
    public bool AsksForKeys => !IsOpen && HasKeys;

    /// <summary>Whether the service is for the people of this machine alone: it asks for no key and listens on loopback only.</summary>
    public bool IsLocal => !IsOpen && !HasKeys;

    /// <summary>Who may use the service, in a sentence.</summary>
    public string Summary => this switch
    {
        { IsOpen: true } => "anyone who reaches the service may use it (Airside:Security:Mode is 'Open')",
        { AsksForKeys: false } => "no key is configured, so that the service listens on loopback only",
        { HasPublicRead: true } => "reading is public, everything else needs a key",
        _ => "everything needs a key",
    };

    /// <summary>Whether a request needs a key with a scope.</summary>
    public bool Demands(string scope) => AsksForKeys && !(HasPublicRead && scope == Scopes.Read);

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
                reader.Refuse($"{ProxiesSetting} has '{Shown.Text(entry)}'; it takes addresses and networks such as 10.0.0.0/8.");
            }
        }

        return networks;
    }
}
