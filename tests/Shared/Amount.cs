namespace Airside.Testing;

/// <summary>
/// How much of a thing a test does: a few by day, and as many as ever by night. What is less by day stands in CONTRIBUTING.md.
/// </summary>
internal static class Amount
{
    /// <summary>Whether this run is one by night.</summary>
    public static readonly bool IsNight = Environment.GetEnvironmentVariable("AIRSIDE_NIGHTLY") == "1";

    /// <summary>What the present run takes: <c>./test --nightly</c> the second one.</summary>
    public static T Of<T>(T day, T night) => IsNight ? night : day;
}
