namespace Airside.Stores.Embedded;

/// <summary>
/// Marks where a fault may come while the ledger changes what it holds: where it asks for memory that may not be there, and between steps
/// that belong together. No test can use up the memory at a place of its choice; it counts these places on its own thread instead, and lets
/// one of them fail.
/// </summary>
internal static class FaultPoint
{
    [ThreadStatic]
    private static Action? s_observer;

    /// <summary>Called at each of the places that this thread passes, or null. It may throw.</summary>
    public static Action? Observer
    {
        get => s_observer;
        set => s_observer = value;
    }

    /// <summary>Passes one of the places.</summary>
    public static void Pass() => s_observer?.Invoke();
}
