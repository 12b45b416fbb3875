using System.Diagnostics;

namespace Airside.Testing;

/// <summary>Waits for what comes by itself.</summary>
internal static class Waiting
{
    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string)"/>
    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    /// <summary>Looks again and again until something holds; fails after a generous time.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(3), $"Waited in vain: {what}.");
            await Task.Delay(20);
        }
    }
}
