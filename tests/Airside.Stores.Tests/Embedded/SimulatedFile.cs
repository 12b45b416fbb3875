namespace Airside.Stores.Tests.Embedded;

/// <summary>A file as processes see it, as it is on the platter, and the unsynced operations between the two.</summary>
internal sealed class SimulatedFile(byte[] durable)
{
    private const int SectorBytes = 512;
    private readonly List<Operation> _unsynced = [];
    private byte[] _durable = durable;

    /// <summary>What processes read.</summary>
    public byte[] Content { get; private set; } = [.. durable];

    /// <summary>What is on the platter; equal to the content if nothing is unsynced.</summary>
    public byte[] Durable => _durable;

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        var operation = new Operation(offset, bytes.ToArray(), Math.Max(Content.Length, offset + bytes.Length));
        Content = operation.ApplyTo(Content);
        _unsynced.Add(operation);
    }

    public void SetLength(long length)
    {
        var operation = new Operation(0, null, length);
        Content = operation.ApplyTo(Content);
        _unsynced.Add(operation);
    }

    public void Sync()
    {
        foreach (var operation in _unsynced)
        {
            _durable = operation.ApplyTo(_durable);
        }

        _unsynced.Clear();
    }

    /// <summary>
    /// Simulates a failed sync: processes still read what they wrote, the platter keeps what reached it, and a later sync does not try
    /// again, as on Linux ("fsyncgate").
    /// </summary>
    public void FailSync(Random random)
    {
        _durable = AfterPowerLoss(random);
        _unsynced.Clear();
    }

    /// <summary>Returns what a power loss may leave of the file.</summary>
    public byte[] AfterPowerLoss(Random random) => random.Next(5) switch
    {
        0 => [.. _durable],
        1 => [.. Content],
        2 => WithPrefix(random),
        _ => WithAnySectors(random),
    };

    /// <summary>Applies the operations in order, up to a write that is cut at any byte.</summary>
    private byte[] WithPrefix(Random random)
    {
        var image = _durable;
        var whole = random.Next(_unsynced.Count + 1);
        for (var i = 0; i < whole; i++)
        {
            image = _unsynced[i].ApplyTo(image);
        }

        if (whole < _unsynced.Count && _unsynced[whole].Bytes is { } bytes)
        {
            var kept = random.Next(bytes.Length + 1);
            var length = Math.Max(image.Length, _unsynced[whole].Offset + kept);
            image = new Operation(_unsynced[whole].Offset, bytes[..kept], length).ApplyTo(image);
        }

        return [.. image];
    }

    /// <summary>Applies any of the written sectors and any of the changes of length, regardless of order.</summary>
    private byte[] WithAnySectors(Random random)
    {
        var length = random.Next(_unsynced.Count + 1) is var last && last == _unsynced.Count ? _durable.Length : _unsynced[last].Length;
        var image = _durable;
        foreach (var operation in _unsynced)
        {
            if (operation.Bytes is not { } bytes)
            {
                image = random.Next(2) == 0 ? operation.ApplyTo(image) : image;
                continue;
            }

            for (var start = 0; start < bytes.Length;)
            {
                var offset = operation.Offset + start;
                var end = (int)Math.Min(bytes.Length, start + SectorBytes - (offset % SectorBytes));
                if (random.Next(2) == 0)
                {
                    image = new Operation(offset, bytes[start..end], Math.Max(image.Length, offset + end - start)).ApplyTo(image);
                }

                start = end;
            }
        }

        return new Operation(0, null, length).ApplyTo(image);
    }

    /// <summary>A write, or a change of length if there are no bytes.</summary>
    private readonly record struct Operation(long Offset, byte[]? Bytes, long Length)
    {
        public byte[] ApplyTo(byte[] image)
        {
            var changed = new byte[Bytes is null ? Length : Math.Max(image.Length, Offset + Bytes.Length)];
            image.AsSpan(0, Math.Min(image.Length, changed.Length)).CopyTo(changed);
            Bytes?.CopyTo(changed, Offset);
            return changed;
        }
    }
}
