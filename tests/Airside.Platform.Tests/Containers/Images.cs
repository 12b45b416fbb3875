using System.Globalization;
using Airside.Platform.Tests.Chart;

[assembly: AssemblyFixture(typeof(Airside.Platform.Tests.Containers.Images))]

namespace Airside.Platform.Tests.Containers;

/// <summary>
/// The images that the tests run, built once from the files of a clean clone: the version at hand, and one after it, whose schema of
/// the database has a step more. Where <c>AIRSIDE_OFFLINE_IMAGES</c> names the program that makes stand-ins for the bases, they are
/// built on those, else on the bases that the Dockerfile names.
/// </summary>
public sealed class Images : IAsyncLifetime
{
    public const string CurrentVersion = "0.1.0-current";
    public const string NextVersion = "0.1.0-next";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    public const string Source = "https://example.org/airside";

    private const string Migrations = "src/Airside.Stores/Postgres/Migrations";
    private static readonly SemaphoreSlim Building = new(1);
    private static Images? _built;

    /// <summary>The image of the version at hand.</summary>
    public string Current { get; private init; } = "";

    /// <summary>The image of the version after it.</summary>
    public string Next { get; private init; } = "";

    /// <summary>The image that they were built on.</summary>
    public string RuntimeImage { get; private init; } = "";

    /// <summary>A PostgreSQL server.</summary>
    public string Postgres { get; private init; } = "";

    /// <summary>Whether there are images already, in a registry, which are to be taken.</summary>
    public static bool AreNamed => Named("") is not null && Named("NEXT_") is not null && Named("POSTGRES_") is not null;

    private static string? StandIns => Environment.GetEnvironmentVariable("AIRSIDE_OFFLINE_IMAGES");

    /// <summary>Arguments of <c>docker build</c> that name the bases.</summary>
    private static string[] BaseArguments => StandIns is null
        ? []
        : ["--build-arg", "SDK_IMAGE=offline/dotnet-sdk:10.0", "--build-arg", "RUNTIME_IMAGE=offline/runtime-deps:10.0-chiseled"];

    /// <summary>Builds the images when the first test asks for them; skips the test where there is no Docker.</summary>
    internal static async Task<Images> BuiltAsync()
    {
        await Building.WaitAsync();
        try
        {
            return _built ??= await BuildAllAsync();
        }
        finally
        {
            Building.Release();
        }
    }

    /// <summary>Builds an image for another platform than that of this machine, on nothing, and gives its name.</summary>
    internal static async Task<string> BuildForAsync(string platform)
    {
        using var context = await CleanClone.MakeAsync();
        var name = $"airside-test:{platform.Replace('/', '-')}";
        await Docker.BuildWithBuildKitAsync(
            ["--platform", platform, .. BaseArguments, "--build-arg", "RUNTIME_IMAGE=scratch", "--tag", name, context.Path]);
        return name;
    }

    private static string? Named(string which) => Environment.GetEnvironmentVariable($"AIRSIDE_{which}IMAGE");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<Images> BuildAllAsync()
    {
        if (StandIns is not null)
        {
            await Tool.DemandAsync(StandIns, ["offline/dotnet-sdk:10.0", "offline/runtime-deps:10.0-chiseled", "offline/postgres:15"]);
        }
        else if (!await Docker.AnswersAsync())
        {
            Assert.Skip("reason: no Docker daemon answers, and AIRSIDE_OFFLINE_IMAGES names no program that starts one");
        }

        using var context = await CleanClone.MakeAsync();
        if (AreNamed)
        {
            return new Images
            {
                Current = Named("")!,
                Next = Named("NEXT_")!,
                RuntimeImage = await PublicRuntimeImageAsync(context),
                Postgres = Named("POSTGRES_")!,
            };
        }

        var current = await BuildAsync(context, "airside-test:current", CurrentVersion);
        AddMigration(Path.Combine(context.Path, Migrations));
        var next = await BuildAsync(context, "airside-test:next", NextVersion);
        return new Images
        {
            Current = current,
            Next = next,
            RuntimeImage = StandIns is null ? await PublicRuntimeImageAsync(context) : "offline/runtime-deps:10.0-chiseled",
            Postgres = StandIns is null ? "postgres:15" : "offline/postgres:15",
        };
    }

    private static async Task<string> BuildAsync(CleanClone context, string name, string version)
    {
        await Docker.RunAsync(
            ["build", "--network", "host", .. BaseArguments, "--build-arg", $"VERSION={version}", "--build-arg", $"COMMIT={Commit}",
                "--build-arg", $"SOURCE={Source}", "--tag", name, context.Path]);
        return name;
    }

    /// <summary>A step as an expansion is: the version before works on.</summary>
    private static void AddMigration(string directory)
    {
        var last = Directory.EnumerateFiles(directory, "*.sql").Max(file => Path.GetFileName(file)[..4])!;
        var number = int.Parse(last, CultureInfo.InvariantCulture);
        File.WriteAllText(
            Path.Combine(directory, $"{number + 1:D4}_note.sql"),
            $"-- Works with: {number}\n\nALTER TABLE airside.route ADD COLUMN note text NOT NULL DEFAULT '';\n");
    }

    private static async Task<string> PublicRuntimeImageAsync(CleanClone context)
    {
        const string Argument = "ARG RUNTIME_IMAGE=";
        var lines = await File.ReadAllLinesAsync(Path.Combine(context.Path, "Dockerfile"));
        return lines.First(line => line.StartsWith(Argument, StringComparison.Ordinal))[Argument.Length..];
    }
}
