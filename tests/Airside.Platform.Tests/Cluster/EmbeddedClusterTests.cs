namespace Airside.Platform.Tests.Cluster;

/// <summary>A release with the embedded store, whose only Pod is replaced.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class EmbeddedClusterTests(ITestOutputHelper output) : ClusterTests(output)
{
    [Fact]
    public async Task With_the_embedded_store_data_outlives_the_release_and_nothing_is_lost_or_doubled()
    {
        var (cluster, images) = await Kubernetes.StartedAsync();
        using var volume = await LocalVolume.CreateAsync(cluster);
        var release = new Installation(cluster, "airside-embedded", ["service.nodePort=30581", "persistence.size=1Gi", .. volume.Values]);
        await release.PrepareAsync(images.Current, databasePassword: "none");
        await release.InstallAsync(images.Current);
        Assert.Contains("counted once", await release.TestAsync(), StringComparison.Ordinal);

        await WhileLoadedAsync(release, "upgrade", mayFail: true, () => release.UpgradeAsync(images.Next));
        await WhileLoadedAsync(release, "a Pod gets SIGKILL", mayFail: true, async () =>
        {
            await release.KillAsync((await release.ReadyPodsAsync())[0]);
            await release.UntilSettledAsync();
        });
        await WhileLoadedAsync(release, "uninstall, and install again", mayFail: true, async () =>
        {
            await release.UninstallAsync();
            await release.InstallAsync(images.Current);
        });
        await release.UninstallAsync();
        Keep("Embedded store");
        await release.RemoveAsync();
    }
}
