using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Airside.Testing;

/// <summary>
/// Stands between clients and a server on the loopback address and does to their connections what a bad network does: cuts, refuses,
/// delays and freezes them, or loses an answer.
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

    /// <summary>Whether new connections are reset as soon as they are made.</summary>
    public bool Refuses { get; set; }

    /// <summary>How long each piece of data is held back, in each direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Resets all connections, at both ends.</summary>
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

    /// <summary>From now on connections are accepted and data is taken, but nothing goes through.</summary>
    public void Freeze()
    {
        lock (_lock)
        {
            _flowing = _flowing.Task.IsCompleted
                ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
                : _flowing;
        }
    }

    /// <summary>Lets everything through that was held, though its sender may have given up.</summary>
    public void Thaw()
    {
        lock (_lock)
        {
            _flowing.TrySetResult();
        }
    }

    /// <summary>
    /// The next time that a client sends a text, it reaches the server, but of the answer nothing comes back: the connection is cut when
    /// the answer is there.
    /// </summary>
    /// <param name="marker">Short enough to be sent in one piece.</param>
    /// <param name="afterwards">What is done before the connection is cut.</param>
    /// <param name="silently">The server is not told: to it the client seems to be there still, saying nothing.</param>
    /// <returns>Completes when that has happened.</returns>
    public Task LoseAnswerTo(string marker, Action? afterwards = null, bool silently = false)
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
                // Either the proxy is stopping, or the client has gone again.
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
            // The server refuses, which the client learns from its own connection.
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

                if (from == pair.Server && pair.LosesAnswer)
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

                pair.LosesAnswer |= from == pair.Client && IsMarked(buffer.AsSpan(0, count));
                await to.SendAsync(buffer.AsMemory(0, count), _stopping.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side has gone; the other one is told by the end of the pair.
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

    /// <summary>A connection of a client, and the one that it is forwarded to.</summary>
    private sealed class Pair(Socket client)
    {
        private volatile bool _losesAnswer;

        public Socket Client { get; } = client;

        public Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public bool LosesAnswer
        {
            get => _losesAnswer;
            set => _losesAnswer = value;
        }

        public bool IsSilent { get; set; }

        /// <summary>Ends both connections at once, with what is still on its way thrown away.</summary>
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
                    // It is closed already.
                }

                socket.Dispose();
            }
        }
    }
}
