using System.ComponentModel;
using System.Diagnostics;

namespace Airside.Platform.Tests.Terraform;

/// <summary>The command <c>terraform</c>, which tests need on PATH.</summary>
internal static class TerraformCommand
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(10);

    // Two at a time is what the machines of continuous integration have cores for.
    private static readonly SemaphoreSlim Turns = new(2);

    private static readonly Lazy<Task<bool>> Simulates = new(FindSimulationAsync);

    /// <summary>Skips the test where there is no terraform, or none that can reach its providers.</summary>
    public static async Task DemandAsync()
    {
        try
        {
            await TryRunAsync(Path.GetTempPath(), "version");
        }
        catch (Win32Exception)
        {
            Assert.Skip("reason: terraform is not on PATH");
        }
    }

    /// <summary>Skips the test where terraform cannot plan and apply without an account.</summary>
    public static async Task DemandSimulationAsync()
    {
        await DemandAsync();
        if (!await Simulates.Value)
        {
            Assert.Skip("reason: this terraform has no simulated providers (--local-state), and a plan needs an account otherwise");
        }
    }

    /// <summary>Runs it in a folder and gives what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it wrote.</exception>
    public static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var (code, output) = await TryRunAsync(folder, arguments);
        return code == 0
            ? output
            : throw new InvalidOperationException($"terraform {string.Join(' ', arguments)} in {folder} ended with {code}:\n{output}");
    }

    private static async Task<bool> FindSimulationAsync()
    {
        var (code, output) = await TryRunAsync(Path.GetTempPath(), "--providers");
        return code == 0 && output.Contains("hashicorp/aws", StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> TryRunAsync(string folder, params string[] arguments)
    {
        await Turns.WaitAsync();
        try
        {
            var start = new ProcessStartInfo("terraform", arguments)
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["TF_IN_AUTOMATION"] = "1";
            start.Environment["NO_COLOR"] = "1";
            using var process = Process.Start(start)!;
            using var timeout = new CancellationTokenSource(TimeMax);
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            Turns.Release();
        }
    }
}
