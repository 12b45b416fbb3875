using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Airside.Core.Transactions;
using Airside.Service.Hosting;

namespace Airside.Service.Streaming;

/// <summary>An event of the stream, created once and sent to every viewer.</summary>
/// <param name="id">Its id.</param>
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

    /// <summary>A comment, which clients skip.</summary>
    public static ReadOnlyMemory<byte> StillHere { get; } = ": still here\n\n"u8.ToArray();

    public static StreamFrame Unavailable(string cause, string id) => new(id, UnavailableEvent(cause, id));

    /// <summary>Returns the bytes of an event that says why the counts cannot be read.</summary>
    public static ReadOnlyMemory<byte> UnavailableEvent(string cause, string? id) =>
        Event("unavailable", id, JsonSerializer.SerializeToUtf8Bytes(new StreamUnavailable(cause), HostingJson.Default.StreamUnavailable));

    /// <summary>Returns the bytes of an event; without an id, a client that comes back still lacks the event before it.</summary>
    public static ReadOnlyMemory<byte> Event(string name, string? id, ReadOnlySpan<byte> json)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + 64);
        buffer.Write(Encoding.UTF8.GetBytes(id is null ? $"event: {name}\ndata: " : $"event: {name}\nid: {id}\ndata: "));
        buffer.Write(json);
        buffer.Write("\n\n"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>Reads a route for this frame, once for all viewers. A read that failed is repeated by the next viewer who asks.</summary>
    /// <exception cref="Core.StoreUnavailableException">The store cannot be read.</exception>
    public async Task<RouteSummary?> RouteAsync(FlightRoute route, ITransactionLedger ledger)
    {
        var reading = _routes.GetOrAdd(
            route, one => new Lazy<Task<RouteSummary?>>(() => ledger.RouteAsync(one, CancellationToken.None).AsTask()));
        try
        {
            return await reading.Value;
        }
        catch
        {
            _routes.TryRemove(KeyValuePair.Create(route, reading));
            throw;
        }
    }

    /// <summary>Signals to waiting viewers that there is a newer frame.</summary>
    public void Replace() => _replaced.TrySetResult();
}
