using System.Formats.Tar;
using System.Text.Json;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Containers;

/// <summary>Docker on this machine.</summary>
internal static class Docker
{
    /// <summary>The client that <c>DOCKER</c> names, or Debian's, or the one on the path.</summary>
    private static readonly string Program =
        Environment.GetEnvironmentVariable("DOCKER") ?? (File.Exists("/usr/bin/docker") ? "/usr/bin/docker" : "docker");

    /// <summary>Selects the classic builder, which every version of Docker has.</summary>
    private static readonly Dictionary<string, string> Classic = new() { ["DOCKER_BUILDKIT"] = "0" };

    /// <summary>Returns whether a daemon responds.</summary>
    public static async Task<bool> AnswersAsync()
    {
        try
        {
            return (await Tool.RunAsync(Program, ["info"])).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Runs a command that must succeed and returns its output.</summary>
    public static async Task<string> RunAsync(params string[] arguments) =>
        (await Tool.EnsureAsync(Program, arguments, environment: Classic)).Trim();

    /// <summary>Runs a command that must succeed and returns what it wrote to both streams.</summary>
    public static async Task<string> TextAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await Tool.RunAsync(Program, arguments);
        Assert.True(exitCode == 0, errors);
        return output + errors;
    }

    /// <summary>Builds with BuildKit, the only builder that supports other platforms.</summary>
    public static Task<string> BuildWithBuildKitAsync(params string[] arguments) => Tool.EnsureAsync(
        Program, ["build", "--network", "host", .. arguments], environment: new Dictionary<string, string> { ["DOCKER_BUILDKIT"] = "1" });

    /// <summary>Returns what <c>docker inspect</c> reports.</summary>
    public static async Task<JsonElement> InspectAsync(string name) =>
        JsonSerializer.Deserialize<JsonElement>(await RunAsync("inspect", name))[0];

    /// <summary>Returns the paths of all files in an image.</summary>
    public static async Task<IReadOnlyList<string>> PathsAsync(string image)
    {
        var archive = Path.GetTempFileName();
        try
        {
            await WithContainerAsync(image, container => RunAsync("export", "--output", archive, container));
            var paths = new List<string>();
            await using var stream = File.OpenRead(archive);
            await using var reader = new TarReader(stream);
            while (await reader.GetNextEntryAsync() is { } entry)
            {
                paths.Add(entry.Name);
            }

            return paths;
        }
        finally
        {
            File.Delete(archive);
        }
    }

    /// <summary>Copies a file or folder out of an image.</summary>
    public static Task CopyAsync(string image, string path, string target) =>
        WithContainerAsync(image, container => RunAsync("cp", $"{container}:{path}", target));

    private static async Task WithContainerAsync(string image, Func<string, Task> action)
    {
        // A container needs a command, and an image built from scratch has none.
        var container = await RunAsync("create", image, "/app/Airside.Service");
        try
        {
            await action(container);
        }
        finally
        {
            await RunAsync("rm", "--volumes", container);
        }
    }
}
