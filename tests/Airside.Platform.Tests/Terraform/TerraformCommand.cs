using System.ComponentModel;
using System.Diagnostics;

namespace Airside.Platform.Tests.Terraform;

/// <summary>The command <c>terraform</c>, which tests need on PATH.</summary>
internal static class TerraformCommand
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(10);

    // Two at a time is what the machines of continuous integration have cores for.
    private static readonly SemaphoreSlim Turns = new(2);

    private static readonly Lazy<Task<bool>> IsHere = new(FindAsync);

    private static readonly Lazy<Task<bool>> Simulates = new(FindSimulationAsync);

    /// <summary>No plan and no apply of a test may reach an account, whoever runs it.</summary>
    private static readonly Dictionary<string, string> WithoutAccount = new()
    {
        ["AWS_ACCESS_KEY_ID"] = "",
        ["AWS_SECRET_ACCESS_KEY"] = "",
        ["AWS_SESSION_TOKEN"] = "",
        ["AWS_PROFILE"] = "",
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
        ["AWS_WEB_IDENTITY_TOKEN_FILE"] = "",
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "",
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    /// <summary>Skips the test where there is no terraform, or none that can reach its providers.</summary>
    public static async Task DemandAsync() => Assert.SkipUnless(await IsHere.Value, "reason: terraform is not on PATH");

    /// <summary>Skips the test where terraform cannot plan and apply without an account.</summary>
    public static async Task DemandSimulationAsync()
    {
        await DemandAsync();
        if (!await Simulates.Value)
        {
            Assert.Skip("reason: the providers of this terraform are not simulated, and a plan needs an account otherwise");
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

    private static async Task<bool> FindAsync()
    {
        try
        {
            await TryRunAsync(Path.GetTempPath(), "version");
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Asks who the caller is, which without an account only a simulation can tell.</summary>
    private static async Task<bool> FindSimulationAsync()
    {
        var folder = Directory.CreateTempSubdirectory("airside-terraform-");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "main.tf"),
            """
            terraform {
              required_providers {
                aws = { source = "hashicorp/aws" }
              }
            }

            provider "aws" {
              region = "us-east-1"
            }

            data "aws_caller_identity" "current" {}
            """);
        var (initialized, _) = await TryRunAsync(folder.FullName, "init");
        var (planned, _) = initialized == 0 ? await TryRunAsync(folder.FullName, "plan") : (initialized, "");
        folder.Delete(recursive: true);
        return planned == 0;
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
            foreach (var (name, value) in WithoutAccount)
            {
                start.Environment[name] = value;
            }

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
