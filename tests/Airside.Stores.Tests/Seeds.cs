using System.Globalization;

namespace Airside.Stores.Tests;

/// <summary>Runs a test with many random seeds and names the one that fails.</summary>
internal static class Seeds
{
    private const string Variable = "AIRSIDE_SEED";
    private const string FactorVariable = "AIRSIDE_SEED_FACTOR";

    /// <summary>
    /// Runs a test with the seeds from 1 to a number, multiplied by a factor from an environment variable, or with the one seed that
    /// another sets.
    /// </summary>
    public static void Run(int count, Action<int> test) => Parallel.ForEach(
        SeedsOf(count),
        new ParallelOptions { MaxDegreeOfParallelism = 2 },
        (seed, loop) =>
        {
            try
            {
                test(seed);
            }
            catch (Exception exception)
            {
                loop.Stop();
                throw new SeedFailedException(seed, Variable, exception);
            }
        });

    /// <inheritdoc cref="Run"/>
    public static async Task RunAsync(int count, Func<int, Task> test)
    {
        foreach (var seed in SeedsOf(count))
        {
            try
            {
                await test(seed);
            }
            catch (Exception exception)
            {
                throw new SeedFailedException(seed, Variable, exception);
            }
        }
    }

    private static IEnumerable<int> SeedsOf(int count)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var seed))
        {
            return [seed];
        }

        var factor = int.TryParse(Environment.GetEnvironmentVariable(FactorVariable), CultureInfo.InvariantCulture, out var many)
            ? many : 1;
        return Enumerable.Range(1, count * factor);
    }
}

internal sealed class SeedFailedException(int seed, string variable, Exception cause)
    : Exception($"Seed {seed} fails; {variable}={seed} repeats it alone. {cause.Message}", cause);
