using System.ComponentModel;
using System.Diagnostics;

namespace Airside.Platform.Tests.Terraform;

/// <summary>The <c>terraform</c> command, which tests need on PATH.</summary>
internal static class TerraformCommand
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(10);

    // The machines of continuous integration have two cores.
    private static readonly SemaphoreSlim Turns = new(2);

    private static readonly Lazy<Task<bool>> IsHere = new(FindAsync);

    private static readonly Lazy<Task<bool>> Simulates = new(FindSimulationAsync);

    /// <summary>Keeps plans and applies of tests from reaching any account.</summary>
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

    /// <summary>Skips the test if terraform is not on PATH.</summary>
    public static async Task EnsureAsync() => Assert.SkipUnless(await IsHere.Value, "reason: terraform is not on PATH");

    /// <summary>Skips the test if terraform cannot plan and apply without an account.</summary>
    public static async Task EnsureSimulationAsync()
    {
        await EnsureAsync();
        if (!await Simulates.Value)
        {
            Assert.Skip("reason: the providers of this terraform are not simulated, and a plan needs an account otherwise");
        }
    }

    /// <summary>Runs terraform in a folder and returns its output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its output.</exception>
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

    /// <summary>Queries the caller identity, which only a simulation knows without an account.</summary>
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
