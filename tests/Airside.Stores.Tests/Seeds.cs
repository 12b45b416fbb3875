using System.Globalization;

namespace Airside.Stores.Tests;

/// <summary>Runs a test with many seeds of its random numbers and names the one that fails.</summary>
internal static class Seeds
{
    private const string Variable = "AIRSIDE_SEED";
    private const string FactorVariable = "AIRSIDE_SEED_FACTOR";

    /// <summary>
    /// Runs a test with the seeds 1 to a number, times a factor that an environment variable may name, or with the one seed that
    /// another names.
    /// </summary>
    public static void Run(int count, Action<int> test)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var seed))
        {
            test(seed);
            return;
        }

        var factor = int.TryParse(Environment.GetEnvironmentVariable(FactorVariable), CultureInfo.InvariantCulture, out var many)
            ? many : 1;
        Parallel.For(1, (count * factor) + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (number, loop) =>
        {
            try
            {
                test(number);
            }
            catch (Exception exception)
            {
                loop.Stop();
                throw new SeedFailedException(number, Variable, exception);
            }
        });
    }
}

/// <summary>A test failed with one seed.</summary>
internal sealed class SeedFailedException(int seed, string variable, Exception cause)
    : Exception($"Seed {seed} fails; {variable}={seed} repeats it alone. {cause.Message}", cause);
