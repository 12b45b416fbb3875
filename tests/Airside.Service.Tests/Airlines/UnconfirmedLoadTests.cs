using System.Net;
using System.Text;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Tests.Fixtures;
using Microsoft.Extensions.Configuration;

namespace Airside.Service.Tests.Airlines;

/// <summary>A load that drops more than half of the airlines needs a confirmation.</summary>
public sealed class UnconfirmedLoadTests
{
    private const string Load = "/api/v1/load/airlines";
    private const string Csv = "text/csv";

    [Fact]
    public async Task A_load_that_drops_more_than_half_is_refused_with_the_command_that_confirms_it()
    {
        await using var service = await RunningService.StartAsync();
        await AirlineFiles.LoadAsync(service.Client, AirlineFiles.Uniform("Present", 10));
        var before = await AirlineLoadTests.StateAsync(service.Client);
        var fewer = AirlineFiles.Uniform("Fewer", 4);
        using var preview = await service.Client.PostAsync($"{Load}/preview", Csv, fewer);
        var previewed = await preview.JsonAsync(HttpStatusCode.OK);
        var version = previewed.GetProperty("version").GetString();

        using var refused = await service.Client.PostAsync(Load, Csv, fewer);
        using var withVersion = await service.Client.PostAsync($"{Load}?version={version}", Csv, fewer);

        var problem = await refused.ProblemAsync(HttpStatusCode.Conflict, "unconfirmed-load");
        Assert.Contains("6 of 10 airlines", problem.Detail(), StringComparison.Ordinal);
        Assert.EndsWith(
            " confirm it with: curl -X POST -H 'Content-Type: text/csv' --data-binary @airlines.dat "
            + $"'{service.Address}api/v1/load/airlines?confirm={version}'",
            problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(version, problem.GetProperty("version").GetString());
        Assert.Equal(6, problem.GetProperty("removed").GetInt32());
        Assert.True(previewed.GetProperty("dropsMost").GetBoolean());
        await withVersion.ProblemAsync(HttpStatusCode.Conflict, "unconfirmed-load");
        Assert.Equal(before, await AirlineLoadTests.StateAsync(service.Client));

        using var confirmed = await service.Client.PostAsync($"{Load}?confirm={version}", Csv, fewer);
        Assert.Equal(4, (await confirmed.JsonAsync(HttpStatusCode.OK)).GetProperty("airlines").GetInt32());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(11)]
    public async Task A_load_that_keeps_at_least_half_needs_no_confirmation(int count)
    {
        await using var service = await RunningService.StartAsync();
        await AirlineFiles.LoadAsync(service.Client, AirlineFiles.Uniform("Present", 10));

        using var response = await service.Client.PostAsync(Load, Csv, AirlineFiles.Uniform("Next", count));

        await response.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task As_many_airlines_of_other_ids_are_a_drop_as_well()
    {
        await using var service = await RunningService.StartAsync();
        await AirlineFiles.LoadAsync(service.Client, AirlineFiles.Uniform("Present", 3));

        using var response = await service.Client.PostAsync(Load, Csv, "4,A,,,,,,Y\n5,B,,,,,,Y\n3,C,,,,,,Y\n");

        await response.ProblemAsync(HttpStatusCode.Conflict, "unconfirmed-load");
    }

    [Fact]
    public async Task A_confirmation_of_another_version_is_refused_whatever_would_be_dropped()
    {
        await using var service = await RunningService.StartAsync();
        await AirlineFiles.LoadAsync(service.Client, AirlineFiles.Uniform("Present", 10));

        foreach (var count in new[] { 1, 10 })
        {
            using var response = await service.Client.PostAsync(
                $"{Load}?confirm=0123456789abcdef", Csv, AirlineFiles.Uniform("Other", count));
            await response.ProblemAsync(HttpStatusCode.Conflict, "unexpected-version");
        }
    }

    [Fact]
    public async Task The_sample_is_replaced_without_a_confirmation_built_in_or_loaded()
    {
        await using var builtIn = await RunningService.StartAsync();
        await using var loaded = await RunningService.StartAsync();
        using var sample = await loaded.Client.PostAsync(Load, Csv, SampleAirlines.File());
        await sample.JsonAsync(HttpStatusCode.OK);

        foreach (var client in new[] { builtIn.Client, loaded.Client })
        {
            using var response = await client.PostAsync(Load, Csv, "1,Only,,,,,,Y\n");
            await response.JsonAsync(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_reload_from_the_configured_source_needs_the_confirmation_too_and_survives_a_restart_before_it()
    {
        using var directory = new TemporaryDirectory();
        var source = Path.Combine(directory.Path, "airlines.dat");
        var data = Path.Combine(directory.Path, "data");
        await File.WriteAllTextAsync(source, AirlineFiles.Uniform("Present", 10));
        string version;
        await using (var service = await RunningService.StartOverAsync(data, $"--Airside:Airlines:Source={source}"))
        {
            using var first = await service.Client.SendAsync(HttpMethod.Post, Load);
            version = (await first.JsonAsync(HttpStatusCode.OK)).GetProperty("version").GetString()!;
        }

        await File.WriteAllTextAsync(source, AirlineFiles.Uniform("Truncated", 2));
        await using var restarted = await RunningService.StartOverAsync(data, $"--Airside:Airlines:Source={source}");
        using var refused = await restarted.Client.SendAsync(HttpMethod.Post, Load);

        var problem = await refused.ProblemAsync(HttpStatusCode.Conflict, "unconfirmed-load");
        var confirm = problem.GetProperty("version").GetString();
        Assert.EndsWith(
            $"curl -X POST '{restarted.Address}api/v1/load/airlines?confirm={confirm}'", problem.Detail(), StringComparison.Ordinal);
        var info = await restarted.Client.JsonAsync("/api/v1/info");
        Assert.Equal(version, info.GetProperty("airlines").GetProperty("version").GetString());
        using var confirmed = await restarted.Client.SendAsync(HttpMethod.Post, $"{Load}?confirm={confirm}");
        await confirmed.JsonAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(2, false)]
    [InlineData(0, false)]
    public async Task What_another_process_saved_a_moment_ago_is_what_counts(int saved, bool isRefused)
    {
        var store = new SharedStore();
        using var meters = new MeterFactory();
        using var catalog = new CurrentCatalog(
            store, new CatalogMetrics(meters), TimeProvider.System, AirsideOptions.Read(new ConfigurationBuilder().Build()));
        await catalog.OpenAsync(CancellationToken.None);
        store.Save(saved);

        var load = catalog.LoadAsync(
            "body", _ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(AirlineFiles.Uniform("New", 2)))),
            new ExpectedLoad(null, null), CancellationToken.None);

        if (isRefused)
        {
            await Assert.ThrowsAsync<UnconfirmedLoadException>(() => load);
        }
        else
        {
            Assert.Equal(2, (await load).Catalog.Airlines.Count);
        }
    }

    /// <summary>A store whose catalog another process saves; damaged while it has no airlines.</summary>
    private sealed class SharedStore : IAirlineStore
    {
        private int? _count;

        public void Save(int count) => _count = count;

        public Task<AirlineCatalog?> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(_count switch
        {
            null => null,
            0 => throw new StoreDamagedException("The catalog is damaged."),
            { } count => new AirlineCatalog(
                OpenFlightsReader.Read(Encoding.UTF8.GetBytes(AirlineFiles.Uniform("Saved", count))).Airlines,
                "other",
                DateTimeOffset.UnixEpoch),
        });

        public Task ReplaceAsync(AirlineCatalog catalog, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<AirlineCatalog> NextAsync(AirlineCatalog? known, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
