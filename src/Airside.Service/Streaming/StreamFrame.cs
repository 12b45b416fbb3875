using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Airside.Core.Transactions;
using Airside.Service.Hosting;

namespace Airside.Service.Streaming;

/// <summary>Bytes of the stream, created once and sent to every viewer: an event, or a comment that keeps connections open.</summary>
/// <param name="id">Id of the last event that a viewer has after these bytes.</param>
/// <param name="bytes">What viewers of everything get.</param>
/// <param name="counts">The counts, if it is an event with counts.</param>
internal sealed class StreamFrame(string id, ReadOnlyMemory<byte> bytes, CountsNow? counts = null)
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<FlightRoute, Lazy<Task<RouteSummary?>>> _routes = new();

    public string Id => id;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public CountsNow? Counts => counts;

    /// <summary>
    /// Completes when there is a newer frame. It does not reference that frame, so a slow viewer does not keep a chain of them alive.
    /// </summary>
    public Task Replaced => _replaced.Task;

    public static StreamFrame Of(CountsNow counts, string id) => new(
        id, Event("counts", id, JsonSerializer.SerializeToUtf8Bytes(counts, StreamJson.Default.CountsNow)), counts);

    public static StreamFrame Unavailable(string cause, string id) => new(
        id,
        Event("unavailable", id, JsonSerializer.SerializeToUtf8Bytes(new StreamUnavailable(cause), HostingJson.Default.StreamUnavailable)));

    /// <summary>Creates a comment, which clients skip.</summary>
    public static StreamFrame Comment(string id) => new(id, ": still here\n\n"u8.ToArray());

    /// <summary>Returns the bytes of an event.</summary>
    public static ReadOnlyMemory<byte> Event(string name, string id, ReadOnlySpan<byte> json)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + 64);
        buffer.Write(Encoding.UTF8.GetBytes($"event: {name}\nid: {id}\ndata: "));
        buffer.Write(json);
        buffer.Write("\n\n"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>Reads a route for this frame, once for all viewers.</summary>
    /// <exception cref="Core.StoreUnavailableException">The store cannot be read.</exception>
    public Task<RouteSummary?> RouteAsync(FlightRoute route, ITransactionLedger ledger) => _routes.GetOrAdd(
        route, one => new Lazy<Task<RouteSummary?>>(() => ledger.RouteAsync(one, CancellationToken.None).AsTask())).Value;

    /// <summary>Signals to waiting viewers that there is a newer frame.</summary>
    public void Replace() => _replaced.TrySetResult();
}
