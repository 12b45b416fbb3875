using Airside.Core;

namespace Airside.Stores.Embedded;

/// <summary>
/// Keeps the recovery from using up the memory of the process. At the very limit the runtime itself fails in one place or another, and
/// nobody could say why the process ended.
/// </summary>
internal sealed class MemoryRoom
{
    private readonly long _availableBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    private readonly long _usedBytesMax;
    private long _lookAtBytes;
    private long _passedBytes;

    public MemoryRoom() => _lookAtBytes = _usedBytesMax = _availableBytes / 100 * Limits.RecoveryMemoryPercentMax;

    /// <summary>Passes what was read, and looks at the memory after each quarter of a megabyte.</summary>
    /// <exception cref="StoreUnavailableException">There is not enough of it.</exception>
    public void Pass(int bytes)
    {
        _passedBytes += bytes;
        if (_passedBytes >= KeyArena.ChunkBytes)
        {
            _passedBytes = 0;
            Demand();
        }
    }

    /// <summary>Looks whether there is room for more.</summary>
    /// <exception cref="StoreUnavailableException">There is not.</exception>
    public void Demand()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) <= _lookAtBytes)
        {
            return;
        }

        // Much of it may be garbage. To find out takes time, so the next look follows only after some more.
        var usedBytes = GC.GetTotalMemory(forceFullCollection: true);
        if (usedBytes > _usedBytesMax)
        {
            throw new StoreUnavailableException(
                $"What the data directory holds does not fit into the memory that the process may use: {_availableBytes} bytes, of which "
                + $"{Limits.RecoveryMemoryPercentMax} % may be taken at the start ({nameof(Limits.RecoveryMemoryPercentMax)}). Nothing was "
                + "changed. Give the process more memory, such as a higher memory limit of its container, and start it again.");
        }

        _lookAtBytes = Math.Max(_usedBytesMax, usedBytes + (_availableBytes / 16));
    }
}
