using Airside.Core;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Airside.Service.Hosting;
using Airside.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Dashboard.Parts;

/// <summary>
/// The styles and scripts of the pages. They are embedded in the assembly, so every build has them, and named by their content, so
/// browsers can cache them forever.
/// </summary>
internal static class DashboardAssets
{
    private const string Prefix = "Airside.Service.Dashboard.Assets.";
    private const int BrotliQuality = 11;

    // Compressed at the first page request, because most processes never serve a page.
    private static readonly Lazy<FrozenDictionary<string, Asset>> All = new(() =>
        typeof(DashboardAssets).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => Read(name[Prefix.Length..]))
            .ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal));

    /// <summary>Returns the address of a file, such as <c>/assets/site-1a2b3c4d.css</c> for <c>site.css</c>.</summary>
    public static string Url(string name) => $"/assets/{All.Value[name].FingerprintedName}";

    public static void MapAssets(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/assets/{name}", Get).ExcludeFromDescription().AllowEveryone();

    private static Results<CompressedResponse, ProblemHttpResult> Get(string name, HttpContext context)
    {
        var asset = All.Value.Values.FirstOrDefault(asset => asset.FingerprintedName == name);
        if (asset is null)
        {
            return Problems.NotFound("unknown-asset", $"The file '{DisplayText.Shorten(name)}' does not exist. Reload the page.");
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return new CompressedResponse(asset.ContentType, asset.Bytes, asset.Brotli, asset.Gzip);
    }

    private static Asset Read(string name)
    {
        using var resource = typeof(DashboardAssets).Assembly.GetManifestResourceStream(Prefix + name)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(bytes))[..10];
        var extension = Path.GetExtension(name);
        var contentType = extension switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };
        return new Asset(
            name,
            $"{Path.GetFileNameWithoutExtension(name)}-{fingerprint}{extension}",
            contentType,
            bytes,
            ContentEncodings.Brotli(bytes, BrotliQuality),
            ContentEncodings.Gzip(bytes));
    }

    private sealed record Asset(string Name, string FingerprintedName, string ContentType, byte[] Bytes, byte[] Brotli, byte[] Gzip);
}
