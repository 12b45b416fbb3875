using System.Net.Sockets;
using System.Text;

namespace Airside.Service.Tests.Fixtures;

/// <summary>Raw requests, for what no well-behaved client sends.</summary>
internal static class RawHttp
{
    /// <summary>Sends bytes and reads until the service closes. Returns the status and the whole response.</summary>
    public static async Task<(int Status, string Text)> SendAsync(Uri address, byte[] request)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, deadline.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(request, deadline.Token);
        return await ReadAsync(stream, deadline.Token);
    }

    /// <summary>Posts a transaction with header lines of any bytes; each character stands for one byte.</summary>
    public static Task<(int Status, string Text)> RecordAsync(Uri address, string route, params string[] headerLines) =>
        SendAsync(address, Encoding.Latin1.GetBytes(
            $"POST /api/v1/routes/{route}/transactions HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n"
            + $"Content-Length: 0\r\n{string.Concat(headerLines.Select(line => line + "\r\n"))}\r\n"));

    /// <summary>Posts a body in one chunk, without announcing its length and without ending it.</summary>
    public static Task<(int Status, string Text)> PostChunkAsync(Uri address, string path, string contentType, byte[] chunk) =>
        SendAsync(address,
        [
            .. Encoding.Latin1.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\nContent-Type: {contentType}\r\n"
                + $"Transfer-Encoding: chunked\r\n\r\n{chunk.Length:x}\r\n"),
            .. chunk,
        ]);

    public static async Task<(int Status, string Text)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, cancellationToken);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        Assert.StartsWith("HTTP/1.1 ", text, StringComparison.Ordinal);
        return (int.Parse(text[9..12]), text);
    }
}
