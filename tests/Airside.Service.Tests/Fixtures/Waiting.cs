using System.Diagnostics;

namespace Airside.Service.Tests.Fixtures;

/// <summary>Waits for what comes by itself.</summary>
internal static class Waiting
{
    /// <summary>Looks again and again until something holds; fails after a generous time.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"Waited in vain: {what}.");
            await Task.Delay(20);
        }
    }
}
