using Airside.Core;

namespace Airside.Stores.Embedded.Tables;

/// <summary>
/// Keeps recovery from using up the process's memory. At the limit the runtime itself would fail in an arbitrary place, without a clear
/// cause.
/// </summary>
internal sealed class MemoryRoom
{
    private readonly long _availableBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    private readonly long _usedBytesMax;
    private long _lookAtBytes;
    private long _passedBytes;

    public MemoryRoom() => _lookAtBytes = _usedBytesMax = _availableBytes / 100 * Limits.RecoveryMemoryPercentMax;

    /// <summary>Counts the bytes read, and checks memory after each quarter of a megabyte.</summary>
    /// <exception cref="StoreUnavailableException">Too little memory is left.</exception>
    public void Pass(int bytes)
    {
        _passedBytes += bytes;
        if (_passedBytes >= KeyArena.ChunkBytes)
        {
            _passedBytes = 0;
            Ensure();
        }
    }

    /// <summary>Checks that memory is left.</summary>
    /// <exception cref="StoreUnavailableException">Too little is left.</exception>
    public void Ensure()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) <= _lookAtBytes)
        {
            return;
        }

        // Much of it may be garbage. Collecting takes time, so the next check comes only after more is used.
        var usedBytes = GC.GetTotalMemory(forceFullCollection: true);
        if (usedBytes > _usedBytesMax)
        {
            throw new StoreUnavailableException(
                $"The data directory does not fit into the memory that the process may use: {_availableBytes} bytes, of which recovery "
                + $"may use {Limits.RecoveryMemoryPercentMax} % ({nameof(Limits.RecoveryMemoryPercentMax)}). Nothing was changed. "
                + "Give the process more memory, for example a higher container memory limit, and restart it.");
        }

        _lookAtBytes = Math.Max(_usedBytesMax, usedBytes + (_availableBytes / 16));
    }
}
