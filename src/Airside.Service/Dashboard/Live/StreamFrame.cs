using System.Buffers;
using System.Text;

namespace Airside.Service.Dashboard.Live;

/// <summary>Bytes of the stream that are made once and sent to every viewer: an event, or a comment that keeps connections open.</summary>
/// <param name="id">Id of the event that a viewer has seen after these bytes.</param>
/// <param name="bytes">The bytes as sent.</param>
internal sealed class StreamFrame(string id, ReadOnlyMemory<byte> bytes)
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Id of the event that a viewer has seen after these bytes.</summary>
    public string Id => id;

    /// <summary>The bytes as sent.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>
    /// Completes when there is another frame. It does not hold that frame, so that a slow viewer does not keep a chain of them.
    /// </summary>
    public Task Replaced => _replaced.Task;

    /// <summary>An event of the stream.</summary>
    public static StreamFrame Event(string name, string id, ReadOnlySpan<byte> json)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + 64);
        buffer.Write(Encoding.UTF8.GetBytes($"event: {name}\nid: {id}\ndata: "));
        buffer.Write(json);
        buffer.Write("\n\n"u8);
        return new StreamFrame(id, buffer.WrittenMemory);
    }

    /// <summary>A comment, which clients skip.</summary>
    public static StreamFrame Comment(string id) => new(id, ": still here\n\n"u8.ToArray());

    /// <summary>Tells those who wait that there is another frame.</summary>
    public void Replace() => _replaced.TrySetResult();
}
