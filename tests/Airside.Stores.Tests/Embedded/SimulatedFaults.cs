namespace Airside.Stores.Tests.Embedded;

/// <summary>What fails on a simulated disk, and when. Only operations that change the disk count.</summary>
internal sealed class SimulatedFaults(Random random)
{
    /// <summary>Whether the process has ended.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Number of operations before the process ends, counted down; negative for never.</summary>
    public int OperationsUntilCrash { get; set; } = -1;

    /// <summary>Number of syncs before one fails, counted down; negative for never.</summary>
    public int SyncsUntilFailure { get; set; } = -1;

    /// <summary>Number of writes before one fails halfway, counted down; negative for never.</summary>
    public int WritesUntilFailure { get; set; } = -1;

    /// <summary>
    /// Number of steps before one throws, counted down; negative for never. A step is any disk operation, reads included, or a
    /// <see cref="FaultPoint"/>.
    /// </summary>
    public int StepsUntilException { get; set; } = -1;

    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>Returns whether an exception or its cause is simulated.</summary>
    public static bool IsSimulated(Exception? exception) => exception is SimulatedOutOfMemoryException or SimulatedFaultException
        || (exception is IOException && exception.Message.StartsWith("Simulated", StringComparison.Ordinal))
        || (exception?.InnerException is { } cause && IsSimulated(cause));

    /// <summary>Passes a step that does not change the disk.</summary>
    public void Step(bool isOfDisk = false)
    {
        if (IsNextException())
        {
            throw NextException(isOfDisk);
        }
    }

    /// <summary>Runs an operation, ends the process before or after it, or throws, having run it or not.</summary>
    public void Run(Action operation)
    {
        ThrowIfDead();
        if (IsNextException())
        {
            if (random.Next(2) == 0)
            {
                operation();
            }

            throw NextException(isOfDisk: true);
        }

        if (OperationsUntilCrash < 0 || OperationsUntilCrash-- > 0)
        {
            operation();
            return;
        }

        IsDead = true;
        if (random.Next(2) == 0)
        {
            operation();
        }

        throw new SimulatedCrashException();
    }

    public void ThrowIfDead()
    {
        if (IsDead)
        {
            throw new SimulatedCrashException();
        }
    }

    /// <summary>Returns whether the current write is the one that fails.</summary>
    public bool NextWriteFails() => WritesUntilFailure >= 0 && WritesUntilFailure-- == 0;

    /// <summary>Returns whether the current sync is the one that fails.</summary>
    public bool NextSyncFails() => SyncsUntilFailure >= 0 && SyncsUntilFailure-- == 0;

    private bool IsNextException() => StepsUntilException >= 0 && StepsUntilException-- == 0;

    private Exception NextException(bool isOfDisk) => random.Next(isOfDisk ? 3 : 2) switch
    {
        0 => new SimulatedOutOfMemoryException(),
        1 => new SimulatedFaultException(),
        _ => new IOException("Simulated: input/output error."),
    };
}

internal sealed class SimulatedOutOfMemoryException() : OutOfMemoryException("Simulated: out of memory.");

internal sealed class SimulatedFaultException() : Exception("Simulated: a fault that nobody foresaw.");

/// <summary>The process ended. Code under test must not mistake it for a disk fault.</summary>
internal sealed class SimulatedCrashException() : Exception("The simulated process ended.");
