using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Airside.Service.Tests.Fixtures;

/// <summary>
/// A web server to load airlines from. It writes raw responses, because a proper server cannot be made to lie.
/// </summary>
internal sealed class SourceServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<string, IEnumerable<byte[]>> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly Action<string>? _head;
    private readonly Task _loop;

    /// <summary>Starts a server.</summary>
    /// <param name="answer">Returns the blocks to send for a path; the connection is closed after the last one.</param>
    /// <param name="certificate">If given, the server speaks HTTPS as <c>localhost</c>.</param>
    /// <param name="head">Receives the head of each request.</param>
    public SourceServer(
        Func<string, IEnumerable<byte[]>> answer, X509Certificate2? certificate = null, Action<string>? head = null)
    {
        _head = head;
        _answer = answer;
        _certificate = certificate;
        _listener.Start();
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Origin = certificate is null ? $"http://127.0.0.1:{port}" : $"https://localhost:{port}";
        _loop = AcceptAsync();
    }

    /// <summary>A block that means: send nothing until the server stops.</summary>
    public static byte[] Silence { get; } = [];

    /// <summary>Scheme, host and port.</summary>
    public string Origin { get; }

    /// <summary>Returns a 200 response with a body.</summary>
    public static IEnumerable<byte[]> Ok(byte[] body) => [Head($"200 OK\r\nContent-Length: {body.Length}"), body];

    /// <summary>Returns a response without a body.</summary>
    public static IEnumerable<byte[]> Status(string status, params string[] headers) =>
        [Head($"{status}\r\nContent-Length: 0{string.Concat(headers.Select(header => "\r\n" + header))}")];

    public static byte[] Head(string statusAndHeaders) =>
        Encoding.Latin1.GetBytes($"HTTP/1.1 {statusAndHeaders}\r\nConnection: close\r\n\r\n");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _loop;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var encrypted = new SslStream(stream);
                    await encrypted.AuthenticateAsServerAsync(_certificate);
                    stream = encrypted;
                }

                await using (stream)
                {
                    var path = await ReadPathAsync(stream);
                    foreach (var block in _answer(path))
                    {
                        await (block == Silence
                            ? Task.Delay(Timeout.Infinite, _stopping.Token)
                            : stream.WriteAsync(block, _stopping.Token).AsTask());
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or AuthenticationException)
            {
                // The service has disconnected, as it should from a server that sends too much or is not trusted.
            }
        }
    }

    private async Task<string> ReadPathAsync(Stream stream)
    {
        var head = new StringBuilder();
        var block = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(block, _stopping.Token);
            if (count == 0)
            {
                throw new IOException("The connection ended within the request.");
            }

            head.Append(Encoding.Latin1.GetString(block, 0, count));
        }

        _head?.Invoke(head.ToString());
        return head.ToString().Split(' ')[1];
    }
}
