using System.Globalization;

namespace Airside.Platform.Tests.Cluster;

/// <summary>PostgreSQL as a Pod in the cluster, in its own namespace.</summary>
internal sealed class PostgresPod : IAsyncDisposable
{
    public const string Password = "only-for-this-test";
    private const string Namespace = "airside-database";
    private readonly Kubernetes _cluster;

    private PostgresPod(Kubernetes cluster) => _cluster = cluster;

    /// <summary>Its name in the cluster.</summary>
    public string Host => $"postgres.{Namespace}.svc";

    public static async Task<PostgresPod> StartAsync(Kubernetes cluster, string image)
    {
        await cluster.ApplyAsync(
            $$"""
              apiVersion: v1
              kind: Namespace
              metadata: { name: {{Namespace}} }
              ---
              apiVersion: v1
              kind: Service
              metadata: { name: postgres, namespace: {{Namespace}} }
              spec:
                selector: { app: postgres }
                ports: [{ port: 5432, protocol: TCP }]
              ---
              apiVersion: v1
              kind: Pod
              metadata: { name: postgres, namespace: {{Namespace}}, labels: { app: postgres } }
              spec:
                containers:
                  - name: postgres
                    image: {{image}}
                    imagePullPolicy: IfNotPresent
                    env:
                      - { name: POSTGRES_USER, value: airside }
                      - { name: POSTGRES_PASSWORD, value: {{Password}} }
                      - { name: POSTGRES_DB, value: airside }
                      - { name: PGPASSWORD, value: {{Password}} }
                    startupProbe:
                      exec: { command: [{{Psql}}, -h, 127.0.0.1, -U, airside, -c, "SELECT 1"] }
                      periodSeconds: 1
                      failureThreshold: 300
              """);
        var postgres = new PostgresPod(cluster);
        await Kubernetes.UntilAsync(postgres.IsReadyAsync, "PostgreSQL to be ready");
        return postgres;
    }

    /// <summary>Returns the number of the newest applied migration.</summary>
    public async Task<int> SchemaVersionAsync() =>
        int.Parse(await SqlAsync("SELECT max(version) FROM airside.migration"), CultureInfo.InvariantCulture);

    /// <summary>Marks a migration as one that no earlier version works with.</summary>
    public Task ForbidAsync(int version) => SqlAsync($"UPDATE airside.migration SET works_with = {version} WHERE version = {version}");

    public async ValueTask DisposeAsync() => await _cluster.KubectlAsync("delete", "namespace", Namespace, "--wait=false");

    /// <summary>The path in both Debian and the official image.</summary>
    private const string Psql = "/usr/lib/postgresql/15/bin/psql";

    private async Task<bool> IsReadyAsync()
    {
        var status = (await _cluster.GetAsync("pod", "postgres", "--namespace", Namespace)).GetProperty("status");
        return status.TryGetProperty("containerStatuses", out var containers) && containers[0].GetProperty("ready").GetBoolean();
    }

    private async Task<string> SqlAsync(string sql) => (await _cluster.KubectlAsync(
        "exec", "--namespace", Namespace, "postgres", "--", Psql, "-U", "airside", "-d", "airside", "-tAc", sql)).Trim();
}
