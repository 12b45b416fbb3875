using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Airside.Platform.Tests.Delivery;

/// <summary>An image for two platforms with one small file each, in the format of <c>./build image</c> in a pipeline.</summary>
internal static class SmallImage
{
    /// <summary>Writes an image whose file names version and commit, and returns the digest of its index.</summary>
    public static async Task<string> WriteAsync(string folder, string version, string commit)
    {
        Directory.CreateDirectory(folder);
        var blobs = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        object Blob(string mediaType, byte[] bytes)
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
            blobs[digest] = bytes;
            return new { mediaType, digest = $"sha256:{digest}", size = bytes.Length };
        }

        object Image(string architecture)
        {
            var layer = TarOf(new(
                StringComparer.Ordinal) { ["app/about.txt"] = Encoding.UTF8.GetBytes($"{version} {commit} {architecture}") });
            var config = new
            {
                architecture,
                os = "linux",
                rootfs = new { type = "layers", diff_ids = new[] { $"sha256:{Convert.ToHexStringLower(SHA256.HashData(layer))}" } },
            };
            return Blob("application/vnd.oci.image.manifest.v1+json", Json(new
            {
                schemaVersion = 2,
                mediaType = "application/vnd.oci.image.manifest.v1+json",
                config = Blob("application/vnd.oci.image.config.v1+json", Json(config)),
                layers = new[] { Blob("application/vnd.oci.image.layer.v1.tar", layer) },
            }));
        }

        const string Index = "application/vnd.oci.image.index.v1+json";
        var manifests = new[] { From("amd64"), From("arm64") };
        var index = Json(new { schemaVersion = 2, mediaType = Index, manifests });
        var top = Blob(Index, index);
        blobs["index"] = Json(new { schemaVersion = 2, manifests = new[] { top } });

        var files = blobs.Where(blob => blob.Key != "index").ToDictionary(blob => $"blobs/sha256/{blob.Key}", blob => blob.Value);
        files["index.json"] = blobs["index"];
        files["oci-layout"] = Json(new { imageLayoutVersion = "1.0.0" });
        await File.WriteAllBytesAsync(Path.Combine(folder, "airside.tar"), TarOf(files));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "about.env"), $"form=oci-archive\nversion={version}\ncommit={commit}\nruntime_image=scratch\n");
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(index))}";

        JsonElement From(string architecture)
        {
            var entry = JsonSerializer.SerializeToNode(Image(architecture))!.AsObject();
            entry["platform"] = JsonSerializer.SerializeToNode(new { architecture, os = "linux" });
            return JsonSerializer.SerializeToElement(entry);
        }
    }

    private static byte[] Json(object value) => JsonSerializer.SerializeToUtf8Bytes(value);

    private static byte[] TarOf(Dictionary<string, byte[]> files)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var data = new MemoryStream(content);
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
            }
        }

        return bytes.ToArray();
    }
}
