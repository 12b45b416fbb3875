using System.Net;

namespace Airside.Service.Tests.Fixtures;

/// <summary>A body that does not tell its length, so that it is sent in chunks.</summary>
internal sealed class ChunkedContent(byte[] body) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(body).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
