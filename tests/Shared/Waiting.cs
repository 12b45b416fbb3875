using System.Diagnostics;

namespace Airside.Testing;

internal static class Waiting
{
    /// <summary>Long enough that only what never happens exceeds it, however busy the machine is.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(3);

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string)"/>
    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    /// <summary>Polls until a condition holds. Fails after <see cref="TimeMax"/>.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeMax, $"Waited in vain: {what}.");
            await Task.Delay(20);
        }
    }
}
