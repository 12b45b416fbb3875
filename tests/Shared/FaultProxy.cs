using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Airside.Testing;

/// <summary>
/// Sits between clients and a server on the loopback address and simulates a bad network: cuts, refuses, delays and freezes
/// connections, or loses a response.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly int _serverPort;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Pair> _pairs = [];
    private readonly Task _loop;
    private TaskCompletionSource _flowing = Completed();
    private byte[]? _marker;
    private Action? _afterwards;
    private bool _silently;
    private TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FaultProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _loop = AcceptAllAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether new connections are reset as soon as they open.</summary>
    public bool Refuses { get; set; }

    /// <summary>How long each piece of data is delayed in each direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Resets all connections at both ends.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (var pair in _pairs)
            {
                pair.Reset();
            }
        }
    }

    /// <summary>Stops forwarding, but still accepts connections and data.</summary>
    public void Freeze()
    {
        lock (_lock)
        {
            _flowing = _flowing.Task.IsCompleted
                ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
                : _flowing;
        }
    }

    /// <summary>Forwards everything held back, even if its sender has given up.</summary>
    public void Thaw()
    {
        lock (_lock)
        {
            _flowing.TrySetResult();
        }
    }

    /// <summary>
    /// Loses the response to the next client request that contains a text. The request reaches the server, but the connection is cut when
    /// the response arrives.
    /// </summary>
    /// <param name="marker">Short enough to be sent in one piece.</param>
    /// <param name="afterwards">Action to run before the connection is cut.</param>
    /// <param name="silently">Keeps the connection to the server open, as if the client were idle.</param>
    /// <returns>Completes when the response is lost.</returns>
    public Task LoseResponseTo(string marker, Action? afterwards = null, bool silently = false)
    {
        lock (_lock)
        {
            (_afterwards, _silently) = (afterwards, silently);
            _lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _marker = Encoding.UTF8.GetBytes(marker);
            return _lost.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        Thaw();
        Cut();
        await _loop;
        _stopping.Dispose();
    }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private Task Flowing
    {
        get
        {
            lock (_lock)
            {
                return _flowing.Task;
            }
        }
    }

    private async Task AcceptAllAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                _ = ForwardAsync(new Pair(client));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Either the proxy is stopping, or the client has disconnected.
            }
        }
    }

    private async Task ForwardAsync(Pair pair)
    {
        lock (_lock)
        {
            _pairs.Add(pair);
        }

        try
        {
            if (!Refuses)
            {
                await Flowing;
                await pair.Server.ConnectAsync(IPAddress.Loopback, _serverPort, _stopping.Token);
                var (asking, answering) = (PumpAsync(pair, pair.Client, pair.Server), PumpAsync(pair, pair.Server, pair.Client));
                await Task.WhenAny(asking, answering);
                await (pair.IsSilent ? answering : Task.CompletedTask);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server refused. The client notices when its own connection is reset.
        }
        finally
        {
            pair.Reset();
            lock (_lock)
            {
                _pairs.Remove(pair);
            }
        }
    }

    private async Task PumpAsync(Pair pair, Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stopping.Token) is var count && count > 0)
            {
                await Flowing;
                if (Delay > TimeSpan.Zero)
                {
                    await Task.Delay(Delay, _stopping.Token);
                }

                if (from == pair.Server && pair.LosesResponse)
                {
                    _afterwards?.Invoke();
                    _lost.TrySetResult();
                    if (_silently)
                    {
                        pair.IsSilent = true;
                        pair.Client.Dispose();
                        await Task.Delay(Timeout.Infinite, _stopping.Token);
                    }

                    return;
                }

                pair.LosesResponse |= from == pair.Client && IsMarked(buffer.AsSpan(0, count));
                await to.SendAsync(buffer.AsMemory(0, count), _stopping.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side disconnected. The other notices when the pair is reset.
        }
    }

    private bool IsMarked(ReadOnlySpan<byte> piece)
    {
        lock (_lock)
        {
            var isMarked = _marker is not null && piece.IndexOf(_marker) >= 0;
            _marker = isMarked ? null : _marker;
            return isMarked;
        }
    }

    /// <summary>A client's connection and the server connection it is forwarded to.</summary>
    private sealed class Pair(Socket client)
    {
        private volatile bool _losesAnswer;

        public Socket Client { get; } = client;

        public Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public bool LosesResponse
        {
            get => _losesAnswer;
            set => _losesAnswer = value;
        }

        public bool IsSilent { get; set; }

        /// <summary>Resets both connections immediately and discards data in transit.</summary>
        public void Reset()
        {
            foreach (var socket in new[] { Client, Server })
            {
                try
                {
                    socket.LingerState = new LingerOption(enable: true, seconds: 0);
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
                {
                    // It is already closed.
                }

                socket.Dispose();
            }
        }
    }
}
