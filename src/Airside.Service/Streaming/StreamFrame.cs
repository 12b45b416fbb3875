using System.Buffers;
using System.Text;

namespace Airside.Service.Streaming;

/// <summary>Bytes of the stream, created once and sent to every viewer: an event, or a comment that keeps connections open.</summary>
internal sealed class StreamFrame(string id, ReadOnlyMemory<byte> bytes)
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Id of the last event that a viewer has after these bytes.</summary>
    public string Id => id;

    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>
    /// Completes when there is a newer frame. It does not reference that frame, so a slow viewer does not keep a chain of them alive.
    /// </summary>
    public Task Replaced => _replaced.Task;

    public static StreamFrame Event(string name, string id, ReadOnlySpan<byte> json)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + 64);
        buffer.Write(Encoding.UTF8.GetBytes($"event: {name}\nid: {id}\ndata: "));
        buffer.Write(json);
        buffer.Write("\n\n"u8);
        return new StreamFrame(id, buffer.WrittenMemory);
    }

    /// <summary>Creates a comment, which clients skip.</summary>
    public static StreamFrame Comment(string id) => new(id, ": still here\n\n"u8.ToArray());

    /// <summary>Signals to waiting viewers that there is a newer frame.</summary>
    public void Replace() => _replaced.TrySetResult();
}
