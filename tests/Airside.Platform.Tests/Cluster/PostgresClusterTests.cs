using Airside.Platform.Tests.Containers;

namespace Airside.Platform.Tests.Cluster;

/// <summary>Upgrades, scales, disrupts and misconfigures a release with PostgreSQL.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class PostgresClusterTests(ITestOutputHelper output) : ClusterTests(output)
{
    private static readonly int Upgrades = Amount.Choose(day: 1, night: 10);
    private static readonly int ReplicasMax = Amount.Choose(day: 3, night: 6);

    [Fact]
    public async Task On_PostgreSQL_nothing_that_is_done_to_a_release_fails_a_request_and_nothing_is_ever_lost_or_doubled()
    {
        var (cluster, images) = await Kubernetes.StartedAsync();
        await using var postgres = await PostgresPod.StartAsync(cluster, images.Postgres);
        var release = new Installation(
            cluster, "airside", "store=postgres", $"postgres.host={postgres.Host}", "replicaCount=2", "podDisruptionBudget.enabled=true");
        await release.PrepareAsync(images.Current, PostgresPod.Password);
        await release.InstallAsync(images.Current);
        Assert.Contains("counted once", await release.TestAsync(), StringComparison.Ordinal);

        await UpgradeAndRollBackTheSchemaAsync(release, postgres, images);
        await UpgradeOftenAsync(release, images);
        await ScaleAsync(release, images);
        await EvictAsync(release);
        await KillAsync(release);
        await RefuseAWrongDatabaseAsync(release, images);
        await RefuseAFailedMigrationAsync(release, images);
        await RefuseARollbackThatTheSchemaForbidsAsync(release, postgres, images);
        Assert.Contains("counted once", await release.TestAsync(), StringComparison.Ordinal);
        Keep("PostgreSQL");
        await release.RemoveAsync();
    }

    private Task UpgradeAndRollBackTheSchemaAsync(Installation release, PostgresPod postgres, Images images) =>
        WhileLoadedAsync(release, "upgrade that migrates the schema, and rollback", mayFail: false, async () =>
        {
            var (before, first) = (await postgres.SchemaVersionAsync(), await release.RevisionAsync());
            await release.UpgradeAsync(images.Next);
            Assert.Equal(before + 1, await postgres.SchemaVersionAsync());
            await release.RollBackAsync(first);
            Assert.Equal(before + 1, await postgres.SchemaVersionAsync());
        });

    private Task UpgradeOftenAsync(Installation release, Images images) =>
        WhileLoadedAsync(release, $"upgrades in a row: {Upgrades}", mayFail: false, async () =>
        {
            for (var upgrade = 0; upgrade < Upgrades; upgrade++)
            {
                await release.UpgradeAsync(upgrade % 2 == 0 ? images.Next : images.Current);
            }
        });

    private Task ScaleAsync(Installation release, Images images) =>
        WhileLoadedAsync(release, $"2 replicas, {ReplicasMax}, and 2 again", mayFail: false, async () =>
        {
            await release.UpgradeAsync(images.Current, "--set", $"replicaCount={ReplicasMax}");
            await release.UntilSettledAsync(ReplicasMax);
            await release.UpgradeAsync(images.Current);
            await release.UntilSettledAsync(replicas: 2);
        });

    private Task EvictAsync(Installation release) =>
        WhileLoadedAsync(release, "a Pod is evicted, and not two", mayFail: false, async () =>
        {
            var pods = await release.ReadyPodsAsync();
            await Kubernetes.UntilAsync(() => release.EvictAsync(pods[0]), "the cluster to know that a Pod may be evicted");

            // On a slow machine the first Pod may already be replaced. Only then may the second one be evicted.
            Assert.True(
                !await release.EvictAsync(pods[1]) || (await release.ReadyPodsAsync()).Except(pods).Any(),
                "Two Pods were evicted before one of them was replaced.");
            await release.UntilSettledAsync();
        });

    private Task KillAsync(Installation release) =>
        WhileLoadedAsync(release, "a Pod gets SIGKILL", mayFail: true, async () =>
        {
            await release.KillAsync((await release.ReadyPodsAsync())[0]);
            await release.UntilSettledAsync();
        });

    private Task RefuseAWrongDatabaseAsync(Installation release, Images images) =>
        WhileLoadedAsync(release, "a release without its database, rolled back", mayFail: false, async () =>
        {
            var (pods, good) = (await release.ReadyPodsAsync(), await release.RevisionAsync());
            await release.RefusedUpgradeAsync(
                images.Next, "--set", "postgres.host=nowhere.invalid", "--set", "migration.enabled=false", "--timeout", "15s");
            await release.UntilServingAsync(pods);
            await release.RollBackAsync(good);
        });

    private Task RefuseAFailedMigrationAsync(Installation release, Images images) =>
        WhileLoadedAsync(release, "a migration that fails blocks its release", mayFail: false, async () =>
        {
            var (pods, template) = (await release.ReadyPodsAsync(), await release.PodTemplateAsync());
            var refusal = await release.RefusedUpgradeAsync(images.Next, "--set", "postgres.database=missing");
            Assert.Contains("pre-upgrade", refusal, StringComparison.Ordinal);
            Assert.Contains("missing", await release.MigrationLogAsync(), StringComparison.Ordinal);
            Assert.Equal(template, await release.PodTemplateAsync());
            await release.UntilServingAsync(pods);
        });

    private Task RefuseARollbackThatTheSchemaForbidsAsync(Installation release, PostgresPod postgres, Images images) =>
        WhileLoadedAsync(release, "a rollback that the schema forbids is blocked", mayFail: false, async () =>
        {
            var old = await release.RevisionAsync();
            await release.UpgradeAsync(images.Next);
            var template = await release.PodTemplateAsync();
            await postgres.ForbidAsync(await postgres.SchemaVersionAsync());
            Assert.Contains("job failed", await release.RefusedRollBackAsync(old), StringComparison.Ordinal);
            Assert.Contains("Run a newer version", await release.MigrationLogAsync(), StringComparison.Ordinal);
            Assert.Equal(template, await release.PodTemplateAsync());
        });
}
