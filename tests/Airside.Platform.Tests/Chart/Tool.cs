using System.Diagnostics;

namespace Airside.Platform.Tests.Chart;

/// <summary>Runs programs that ./test installs in artifacts/tools, and Node, which runs the schema checks.</summary>
internal static class Tool
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    /// <summary>Resolves the path of a tool from the repository root. Skips the test if the tool is missing.</summary>
    public static string PathOf(string name, string package)
    {
        var path = Repository.PathOf(name);
        if (!Path.Exists(path))
        {
            Assert.Skip($"reason: {package} is not installed; ./test does it");
        }

        return path;
    }

    /// <summary>Finds a program on the system's path. Skips the test if the program is missing.</summary>
    public static string OnPath(string program, string package)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
        if (found is null)
        {
            Assert.Skip($"reason: {program} is not installed; on Debian: apt-get install {package}");
        }

        return found;
    }

    /// <summary>Runs a script from this folder, with the folder of its packages as the first argument.</summary>
    public static async Task<string> RunScriptAsync(string script, string input, params string[] arguments)
    {
        var packages = PathOf("artifacts/tools/kubernetes", "npm's kubernetes-models");
        var path = Repository.PathOf($"tests/Airside.Platform.Tests/Chart/{script}");
        var (exitCode, output, errors) = await RunAsync("node", [path, packages, .. arguments], input);
        Assert.True(exitCode == 0, $"{script}: {errors}");
        return output;
    }

    /// <summary>Runs a program that must succeed and returns its output.</summary>
    public static async Task<string> EnsureAsync(
        string program, IEnumerable<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] all = [.. arguments];
        var (exitCode, output, errors) = await RunAsync(program, all, input, environment);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', all)} ended with {exitCode}:\n{errors}{output}");
        return output;
    }

    /// <summary>Runs a program and returns what it wrote to both streams.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, IEnumerable<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Deadline);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
