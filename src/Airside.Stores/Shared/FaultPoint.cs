namespace Airside.Stores.Shared;

/// <summary>
/// Marks where a failure can occur while the ledger changes its state: where it allocates memory, and between steps that belong together.
/// A test cannot exhaust memory at a chosen place, so it counts these places on its thread and lets one of them fail.
/// </summary>
internal static class FaultPoint
{
    [ThreadStatic]
    private static Action? s_observer;

    /// <summary>Called at each place that this thread passes, or null. It may throw.</summary>
    public static Action? Observer
    {
        get => s_observer;
        set => s_observer = value;
    }

    public static void Pass() => s_observer?.Invoke();
}
