namespace Airside.Testing;

/// <summary>
/// How much of a thing a test does: a few by day, and as many as ever by night. What is less by day stands in CONTRIBUTING.md.
/// </summary>
internal static class Amount
{
    /// <summary>Whether this run is one by night.</summary>
    public static readonly bool IsNight = Environment.GetEnvironmentVariable("AIRSIDE_NIGHTLY") == "1";

    /// <summary>The number for the present run: <c>./test --nightly</c> takes the second one.</summary>
    public static int Of(int day, int night) => IsNight ? night : day;
}
