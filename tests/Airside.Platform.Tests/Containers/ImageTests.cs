using System.Text.Json;
using Airside.Platform.Tests.Load;

namespace Airside.Platform.Tests.Containers;

/// <summary>The image: its contents, its size, and how little it needs.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
[Collection(TestOrder.Containers)]
public sealed class ImageTests(ITestOutputHelper output)
{
    private const long BytesAboveBaseMax = 60_000_000;
    private const int AnyUser = 12345;

    // The offset of the target machine in an ELF file, and its value for 64-bit Arm.
    private const int MachineOffset = 18;
    private const ushort Arm64 = 0xb7;

    private static readonly string[] Shells = ["sh", "bash", "dash", "ash", "busybox", "env"];
    private static readonly string[] PackageManagers = ["apt", "apt-get", "dpkg", "apk", "rpm", "dnf", "yum"];

    [Fact]
    public async Task It_weighs_little_more_than_its_base()
    {
        var images = await Images.BuiltAsync();
        var (size, of) = (await SizeAsync(images.Current), await SizeAsync(images.RuntimeImage));

        output.WriteLine($"{size / 1e6:F1} MB, of which the base has {of / 1e6:F1} MB");
        Assert.InRange(size - of, 1, BytesAboveBaseMax);
    }

    [Fact]
    public async Task It_has_no_shell_and_no_package_manager()
    {
        var paths = await Docker.PathsAsync((await Images.BuiltAsync()).Current);
        var names = paths.Select(path => Path.GetFileName(path.TrimEnd('/'))).ToHashSet(StringComparer.Ordinal);

        Assert.Contains("Airside.Service", names);
        Assert.Empty(names.Intersect([.. Shells, .. PackageManagers]));
    }

    [Fact]
    public async Task It_says_what_it_is()
    {
        var images = await Images.BuiltAsync();
        var config = (await Docker.InspectAsync(images.Current)).GetProperty("Config");
        var labels = config.GetProperty("Labels");

        Assert.Equal(Images.CurrentVersion, Label(labels, "version"));
        Assert.Equal(images.Clone.Commit, Label(labels, "revision"));
        Assert.Equal(CleanClone.Source, Label(labels, "source"));
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", config.GetProperty("User").GetString());
        Assert.False(config.TryGetProperty("Healthcheck", out _), "Probes are the platform's.");
    }

    [Fact]
    public async Task Under_load_it_keeps_within_128_MiB_as_any_user_on_a_file_system_that_it_cannot_write()
    {
        var images = await Images.BuiltAsync();
        var address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        await using var container = await Container.StartAsync(
            [.. Container.Hardened(AnyUser), "--publish", $"{address.Authority}:8080", "--env", "Airside__Security__Mode=Open",
                "--env", "Airside__Security__RequestsPerSecondPerAddress=0", "--env", "Airside__DrainSeconds=1", images.Current]);
        await container.UntilReadyAsync(new Uri(address, "/readyz"));
        LoadTotals totals;
        await using (var load = new KeyedLoad(address, clients: 32, pause: TimeSpan.Zero))
        {
            await load.UntilMoreAsync(Amount.Choose(day: 3_000, night: 10_000));
            totals = await load.FinishAsync();
            Assert.True(totals.Failed == 0, load.Failures);
        }

        output.WriteLine($"{LoadTotals.Head}\n{totals.Row("128 MiB")}");
        Assert.Equal((0, 0, 0), (totals.Lost, totals.Doubled, totals.Stale));
        Assert.Equal([Images.CurrentVersion], totals.Versions);
        using var client = new HttpClient { BaseAddress = address };
        var info = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync("/api/v1/info"));
        Assert.Equal(images.Clone.Commit, info.GetProperty("commit").GetString());
        Assert.Equal(0, await container.StopAsync());
        Assert.False(await container.WasKilledForMemoryAsync());
    }

    [Fact]
    public async Task Without_keys_it_refuses_to_listen_to_everybody()
    {
        await using var container = await Container.StartAsync([.. Container.Hardened(AnyUser), (await Images.BuiltAsync()).Current]);

        Assert.NotEqual(0, await container.ExitCodeAsync());
        Assert.Contains("Airside:Security:Mode", await container.LogAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Nightly")]
    public async Task It_is_built_for_another_platform_without_emulating_it()
    {
        var target = Path.GetTempFileName();
        await Docker.CopyAsync(await Images.BuildForAsync("linux/arm64"), "/app/Airside.Service", target);
        var program = await File.ReadAllBytesAsync(target);
        File.Delete(target);

        Assert.Equal(Arm64, BitConverter.ToUInt16(program, MachineOffset));
    }

    private static string? Label(JsonElement labels, string name) => labels.GetProperty($"org.opencontainers.image.{name}").GetString();

    private static async Task<long> SizeAsync(string image) => (await Docker.InspectAsync(image)).GetProperty("Size").GetInt64();
}
