using System.Globalization;
using System.Runtime.InteropServices;
using Airside.Platform.Tests.Chart;

[assembly: AssemblyFixture(typeof(Airside.Platform.Tests.Containers.Images))]

namespace Airside.Platform.Tests.Containers;

/// <summary>
/// The images that the tests run, built once: the current version by <c>./build image</c> in a clean clone, and the next version, which has
/// one more migration, as a layer on top of it. If <c>AIRSIDE_OFFLINE_IMAGES</c> names a program that creates stand-ins for the base
/// images, they are built on those, otherwise on the base images in the Dockerfile.
/// </summary>
public sealed class Images : IAsyncLifetime
{
    public const string CurrentVersion = CleanClone.Version;
    public const string NextVersion = "0.2.0";

    private const string Migrations = "src/Airside.Stores/Postgres/Migrations";
    private static readonly Lazy<Task<Images>> Built = new(BuildAllAsync);

    public string Current { get; private init; } = "";

    public string Next { get; private init; } = "";

    /// <summary>The base image of both versions.</summary>
    public string RuntimeImage { get; private init; } = "";

    public string Postgres { get; private init; } = "";

    /// <summary>Whether the environment names existing images in a registry.</summary>
    public static bool AreNamed => Named("") is not null && Named("NEXT_") is not null && Named("POSTGRES_") is not null;

    /// <summary>The clone that the image was built in.</summary>
    internal CleanClone Clone { get; private init; } = null!;

    private static string? StandIns => Environment.GetEnvironmentVariable("AIRSIDE_OFFLINE_IMAGES");

    /// <summary>Variables of <c>./build image</c> that name the base images.</summary>
    private static string[] Bases => StandIns is null
        ? []
        : ["AIRSIDE_SDK_IMAGE=offline/dotnet-sdk:10.0", "AIRSIDE_RUNTIME_IMAGE=offline/runtime-deps:10.0-chiseled",
            "AIRSIDE_BUILD_NETWORK=host"];

    /// <summary>Builds the images on the first call. Skips the test if there is no Docker.</summary>
    internal static Task<Images> BuiltAsync() => Built.Value;

    /// <summary>Builds an image for another platform, on the empty base image, and returns its name.</summary>
    internal static async Task<string> BuildForAsync(string platform)
    {
        var context = (await BuiltAsync()).Clone.Path;
        var name = $"airside-test:{platform.Replace('/', '-')}";
        string[] bases = StandIns is null ? [] : ["--build-arg", "SDK_IMAGE=offline/dotnet-sdk:10.0"];
        await Docker.BuildWithBuildKitAsync(
            ["--platform", platform, .. bases, "--build-arg", "RUNTIME_IMAGE=scratch", "--tag", name, context]);
        return name;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Built is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            (await Built.Value).Clone.Dispose();
        }
    }

    private static string? Named(string which) => Environment.GetEnvironmentVariable($"AIRSIDE_{which}IMAGE");

    private static async Task<Images> BuildAllAsync()
    {
        if (StandIns is not null)
        {
            await Tool.EnsureAsync(StandIns, ["offline/dotnet-sdk:10.0", "offline/runtime-deps:10.0-chiseled", "offline/postgres:15"]);
        }
        else if (!await Docker.AnswersAsync())
        {
            Assert.Skip("reason: no Docker daemon answers, and AIRSIDE_OFFLINE_IMAGES names no program that starts one");
        }

        var clone = await CleanClone.CreateAsync();
        await clone.RunAsync([.. Bases, "./build", "image"]);
        var about = await File.ReadAllLinesAsync(clone.PathOf("artifacts/image/about.env"));
        return new Images
        {
            Clone = clone,
            Current = AreNamed ? Named("")! : $"airside:{CurrentVersion}",
            Next = AreNamed ? Named("NEXT_")! : await BuildNextAsync(),
            RuntimeImage = about.Single(line => line.StartsWith("runtime_image=", StringComparison.Ordinal))["runtime_image=".Length..],
            Postgres = AreNamed ? Named("POSTGRES_")! : StandIns is null ? "postgres:15" : "offline/postgres:15",
        };
    }

    /// <summary>Publishes the next version over the current one, without trimming or ahead-of-time compilation, which are slow.</summary>
    private static async Task<string> BuildNextAsync()
    {
        const string Name = "airside-test:next";
        using var clone = await CleanClone.CreateAsync();
        AddMigration(clone.PathOf(Migrations));
        await clone.RunAsync(
            "dotnet", "publish", "src/Airside.Service", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained",
            "-p:PublishTrimmed=false", "-p:RunAnalyzers=false", "-p:UseSharedCompilation=true",
            $"-p:Version={NextVersion}", "-o", "artifacts/next/app", "-v", "quiet");
        await File.WriteAllTextAsync(
            clone.PathOf("artifacts/next/Dockerfile"), $"FROM airside:{CurrentVersion}\nCOPY app /app/\n");
        await Docker.RunAsync("build", "--tag", Name, clone.PathOf("artifacts/next"));
        return Name;
    }

    /// <summary>Adds an expansion: the previous version still works.</summary>
    private static void AddMigration(string directory)
    {
        var last = Directory.EnumerateFiles(directory, "*.sql").Max(file => Path.GetFileName(file)[..4])!;
        var number = int.Parse(last, CultureInfo.InvariantCulture);
        File.WriteAllText(
            Path.Combine(directory, $"{number + 1:D4}_note.sql"),
            $"-- Works with: {number}\n\nALTER TABLE airside.route ADD COLUMN note text NOT NULL DEFAULT '';\n");
    }
}
