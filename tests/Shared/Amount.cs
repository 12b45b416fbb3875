namespace Airside.Testing;

/// <summary>
/// How much work a test does: less by day, everything at night. CONTRIBUTING.md lists what is reduced by day.
/// </summary>
internal static class Amount
{
    /// <summary>Whether this is a nightly run.</summary>
    public static readonly bool IsNight = Environment.GetEnvironmentVariable("AIRSIDE_NIGHTLY") == "1";

    /// <summary>Returns the amount for this run: the second one under <c>./test --nightly</c>.</summary>
    public static T Choose<T>(T day, T night) => IsNight ? night : day;
}
