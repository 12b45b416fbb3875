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

    /// <summary>Space of the disk.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>Runs an operation, or ends the process before or after it.</summary>
    public void Run(Action operation)
    {
        ThrowIfDead();
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
}

/// <summary>The process ended. No code under test may take it for a fault of the disk.</summary>
internal sealed class SimulatedCrashException() : Exception("The simulated process ended.");
