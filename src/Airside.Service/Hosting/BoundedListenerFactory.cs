using System.Net;
using Airside.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Airside.Service.Hosting;

/// <summary>
/// Limits concurrent connections to the available file descriptors. Further connections wait in the operating system's queue, where they
/// use none. The server's own limit accepts a connection only to close it, and a burst of those uses up what the service needs.
/// </summary>
internal sealed class BoundedListenerFactory(SocketTransportFactory sockets) : IConnectionListenerFactory
{
    private SemaphoreSlim? _room;

    /// <summary>Most connections that are served at once.</summary>
    public int ConnectionsMax { get; private set; } = Limits.ConnectionsMax;

    /// <summary>Sets the limit. Without one, the server's own applies.</summary>
    public void Bound(int connections)
    {
        _room = new SemaphoreSlim(connections);
        ConnectionsMax = connections;
    }

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = await sockets.BindAsync(endpoint, cancellationToken);
        return _room is { } room ? new BoundedListener(listener, room) : listener;
    }

    private sealed class BoundedListener(IConnectionListener listener, SemaphoreSlim room) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbinding = new();

        public EndPoint EndPoint => listener.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _unbinding.Token);
            try
            {
                await room.WaitAsync(ending.Token);
            }
            catch (OperationCanceledException) when (_unbinding.IsCancellationRequested)
            {
                return null;
            }

            var connection = await listener.AcceptAsync(cancellationToken);
            if (connection is null)
            {
                room.Release();
            }
            else
            {
                connection.ConnectionClosed.UnsafeRegister(static room => ((SemaphoreSlim)room!).Release(), room);
            }

            return connection;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbinding.CancelAsync();
            await listener.UnbindAsync(cancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            _unbinding.Dispose();
            return listener.DisposeAsync();
        }
    }
}
