using Airside.Stores.Embedded;

namespace Airside.Stores.Tests.Embedded;

/// <summary>What goes wrong on a simulated disk, and when. Counts are of operations that change the disk.</summary>
internal sealed class SimulatedFaults(Random random)
{
    /// <summary>Whether the process has ended.</summary>
    public bool IsDead { get; private set; }

    /// <summary>The process ends at the operation of this number, counted down; below zero it never does.</summary>
    public int OperationsUntilCrash { get; set; } = -1;

    /// <summary>The sync of this number fails, counted down; below zero none does.</summary>
    public int SyncsUntilFailure { get; set; } = -1;

    /// <summary>The write of this number fails halfway, counted down; below zero none does.</summary>
    public int WritesUntilFailure { get; set; } = -1;

    /// <summary>
    /// An exception comes at the step of this number, counted down; below zero none does. A step is an operation of the disk, a reading one
    /// too, or a <see cref="FaultPoint"/>.
    /// </summary>
    public int StepsUntilException { get; set; } = -1;

    /// <summary>Space of the disk.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>Whether an exception, or what it was caused by, is one of the simulation.</summary>
    public static bool IsSimulated(Exception? exception) => exception is SimulatedOutOfMemoryException or SimulatedFaultException
        || (exception is IOException && exception.Message.StartsWith("Simulated", StringComparison.Ordinal))
        || (exception?.InnerException is { } cause && IsSimulated(cause));

    /// <summary>Passes a step that changes nothing on the disk.</summary>
    public void Step(bool isOfDisk = false)
    {
        if (IsNextException())
        {
            throw NextException(isOfDisk);
        }
    }

    /// <summary>Runs an operation, ends the process before or after it, or lets it throw, done or not.</summary>
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

    /// <summary>Whether the write under way is the one that fails.</summary>
    public bool NextWriteFails() => WritesUntilFailure >= 0 && WritesUntilFailure-- == 0;

    /// <summary>Whether the sync under way is the one that fails.</summary>
    public bool NextSyncFails() => SyncsUntilFailure >= 0 && SyncsUntilFailure-- == 0;

    private bool IsNextException() => StepsUntilException >= 0 && StepsUntilException-- == 0;

    private Exception NextException(bool isOfDisk) => random.Next(isOfDisk ? 3 : 2) switch
    {
        0 => new SimulatedOutOfMemoryException(),
        1 => new SimulatedFaultException(),
        _ => new IOException("Simulated: input/output error."),
    };
}

/// <summary>There was no memory left.</summary>
internal sealed class SimulatedOutOfMemoryException() : OutOfMemoryException("Simulated: out of memory.");

/// <summary>Something failed that nobody foresaw.</summary>
internal sealed class SimulatedFaultException() : Exception("Simulated: a fault that nobody foresaw.");

/// <summary>The process ended. No code under test may take it for a fault of the disk.</summary>
internal sealed class SimulatedCrashException() : Exception("The simulated process ended.");
