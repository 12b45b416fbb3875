using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Cluster;

/// <summary>
/// A volume for the embedded store. A cluster on this machine provides none, so it gets a local folder; other clusters provide it through
/// their default storage class.
/// </summary>
internal sealed class LocalVolume : IDisposable
{
    private const string Owner = "1654:1654";
    private DirectoryInfo? _folder;

    /// <summary>Values of the chart that select the volume.</summary>
    public string[] Values => _folder is null ? [] : ["persistence.storageClass=-"];

    public static async Task<LocalVolume> CreateAsync(Kubernetes cluster)
    {
        var volume = new LocalVolume();
        if (cluster.IsLocal)
        {
            volume._folder = Directory.CreateTempSubdirectory("airside-volume-");
            await Tool.EnsureAsync("chown", [Owner, volume._folder.FullName]);
            await cluster.ApplyAsync(
                $$"""
                  apiVersion: v1
                  kind: PersistentVolume
                  metadata: { name: airside-embedded }
                  spec:
                    capacity: { storage: 1Gi }
                    accessModes: [ReadWriteOnce]
                    persistentVolumeReclaimPolicy: Retain
                    hostPath: { path: {{volume._folder.FullName}} }
                  """);
        }

        return volume;
    }

    public void Dispose() => _folder?.Delete(recursive: true);
}
