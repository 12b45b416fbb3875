using Airside.Core;
using System.Net;
using System.Net.Sockets;

namespace Airside.Service.Airlines;

/// <summary>The hosts that airlines may be fetched from. Keeps a source or redirect from reaching the internal network.</summary>
internal sealed class AllowedOrigins
{
    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _origins = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _shown;

    /// <summary>Reads the values of <c>Airside:Airlines:AllowedHosts</c>: host names, and origins with scheme and port.</summary>
    public AllowedOrigins(IReadOnlyList<string> entries)
    {
        _shown = string.Join(",", entries);
        foreach (var entry in entries)
        {
            if (entry.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(entry, UriKind.Absolute, out var origin))
            {
                _origins.Add(OriginOf(origin));
            }
            else
            {
                _hosts.Add(entry);
            }
        }
    }

    /// <summary>Refuses a URL that the list does not allow.</summary>
    /// <exception cref="AirlineSourceException">The URL is not allowed; the message names the setting and its value.</exception>
    public void Ensure(Uri url)
    {
        if (url.Scheme is not ("http" or "https"))
        {
            throw Refused($"the scheme '{DisplayText.Shorten(url.Scheme)}' is neither http nor https");
        }

        if (AllowsOrigin(url))
        {
            return;
        }

        if (!_hosts.Contains(url.IdnHost))
        {
            throw Refused($"the host '{DisplayText.Shorten(url.IdnHost)}' is not on the list");
        }

        if (url.Scheme != "https" || !url.IsDefaultPort)
        {
            throw Refused($"'{DisplayText.Shorten(OriginOf(url))}' is neither https on the default port nor listed as an origin");
        }
    }

    /// <summary>Refuses a resolved address that is not public, unless the list has its exact origin.</summary>
    public void Ensure(Uri url, IPAddress address)
    {
        if (!AllowsOrigin(url) && !IsPublic(address))
        {
            throw Refused($"the host '{DisplayText.Shorten(url.IdnHost)}' has the address {address}, which is not public");
        }
    }

    /// <summary>
    /// Returns whether an address is reachable on the public internet according to the IANA special-purpose registries (RFC 6890):
    /// not private, loopback, link-local, shared, multicast, reserved or a wrapper of such an address.
    /// </summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetwork
            ? !Array.Exists(SpecialIPv4, network => network.Contains(address))
            : PublicIPv6.Contains(address) && !Array.Exists(SpecialIPv6, network => network.Contains(address));
    }

    private static readonly IPNetwork[] SpecialIPv4 = Networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

    private static readonly IPNetwork PublicIPv6 = IPNetwork.Parse("2000::/3");

    /// <summary>Exceptions within the public range: protocol assignments with Teredo, documentation, 6to4.</summary>
    private static readonly IPNetwork[] SpecialIPv6 = Networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private static IPNetwork[] Networks(params string[] networks) => [.. networks.Select(network => IPNetwork.Parse(network))];

    private bool AllowsOrigin(Uri url) => _origins.Contains(OriginOf(url));

    private static string OriginOf(Uri url) => $"{url.Scheme}://{url.IdnHost}:{url.Port}";

    private AirlineSourceException Refused(string cause) => new(
        StatusCodes.Status502BadGateway,
        $"The airlines were not fetched: {cause}. Airside:Airlines:AllowedHosts is '{_shown}'. Nothing was changed.");
}
