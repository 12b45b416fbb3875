using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Airside.Service.Hosting;

/// <summary>
/// Accepts an HTTP/1.0 POST without a body and without <c>Content-Length</c>, as nginx sends it by default. Such a request has no body
/// (RFC 9112, section 6.3), but the server answers it with 400 and no word, before anything here could say why. So its head gets
/// the missing header. All other requests pass through untouched.
/// </summary>
internal static class BodylessPosts
{
    private static readonly byte[] Method = "POST "u8.ToArray();
    private static readonly byte[] Version = " HTTP/1.0"u8.ToArray();
    private static readonly byte[] LineEnd = "\r\n"u8.ToArray();
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] EmptyBody = "\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    /// <summary>Accepts them as the first request of a connection of an endpoint; a connection of HTTP/1.0 has one.</summary>
    public static void AcceptBodylessPosts(this ListenOptions endpoint)
    {
        var timeProvider = endpoint.ApplicationServices.GetRequiredService<TimeProvider>();
        endpoint.Use(next => async connection =>
        {
            var transport = connection.Transport;
            using var reader = new FirstRequestReader(transport.Input, timeProvider);
            connection.Transport = new Duplex(reader, transport.Output);
            try
            {
                await next(connection);
            }
            finally
            {
                connection.Transport = transport;
            }
        });
    }

    /// <summary>Whether a connection begins with anything else, such as HTTP/1.1 or TLS; false while that cannot be told.</summary>
    public static bool IsOther(in ReadOnlySequence<byte> bytes)
    {
        var reader = new SequenceReader<byte>(bytes);
        if (!reader.IsNext(Method))
        {
            return bytes.Length >= Method.Length || !Method.AsSpan(0, (int)bytes.Length).SequenceEqual(bytes.ToArray());
        }

        return reader.TryReadTo(out ReadOnlySequence<byte> line, LineEnd)
            && (line.Length < Version.Length || !line.Slice(line.Length - Version.Length).ToArray().AsSpan().SequenceEqual(Version));
    }

    /// <summary>Returns the head of such a request, with the missing header if it has no length; null until it is complete.</summary>
    /// <param name="bytes">The first bytes of a connection.</param>
    /// <param name="end">Where they continue behind the head.</param>
    public static byte[]? TryComplete(in ReadOnlySequence<byte> bytes, out SequencePosition end)
    {
        var reader = new SequenceReader<byte>(bytes);
        var isComplete = reader.TryReadTo(out ReadOnlySequence<byte> head, HeadEnd);
        end = reader.Position;
        return isComplete ? [.. head.ToArray(), .. HasLength(head) ? HeadEnd : EmptyBody] : null;
    }

    private static bool HasLength(in ReadOnlySequence<byte> head)
    {
        var text = Encoding.Latin1.GetString(head);
        return text.Contains("\r\nContent-Length:", StringComparison.OrdinalIgnoreCase)
            || text.Contains("\r\nTransfer-Encoding:", StringComparison.OrdinalIgnoreCase);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
