using System.Net;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Airlines;

/// <summary>The configured source of airlines: a URL or a file path.</summary>
internal sealed class AirlineSource(AirsideOptions options) : IDisposable
{
    private readonly AllowedOrigins _origins = new(options.AllowedHosts);
    private HttpClient? _client;

    /// <summary>The source without the secrets that its URL may contain: a password or a signing query.</summary>
    public string Name { get; } = DisplayText.WithoutSecrets(options.AirlinesSource);

    /// <summary>Opens the source.</summary>
    /// <exception cref="AirlineSourceException">The source cannot be read or is not allowed.</exception>
    public async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        if (AsUrl(options.AirlinesSource) is not { } url)
        {
            return OpenFile(
                Uri.TryCreate(options.AirlinesSource, UriKind.Absolute, out var file) ? file.LocalPath : options.AirlinesSource);
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Limits.AirlineFetchTimeoutMs);
        try
        {
            return await FetchAsync(url, timeout.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AirlineSourceException(
                StatusCodes.Status504GatewayTimeout,
                $"{Name} did not respond in full within {Limits.AirlineFetchTimeoutMs} ms "
                + $"({nameof(Limits.AirlineFetchTimeoutMs)}). Nothing was changed.",
                exception);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AirlineSourceException refused)
        {
            // An address was refused while connecting; the client wraps the exception that says so.
            throw new AirlineSourceException(refused.Status, refused.Message, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new AirlineSourceException(
                StatusCodes.Status502BadGateway, $"{Name} cannot be read: {Cause(exception)} Nothing was changed.", exception);
        }
    }

    public void Dispose() => _client?.Dispose();

    private static Uri? AsUrl(string source) =>
        Uri.TryCreate(source, UriKind.Absolute, out var url) && url.Scheme is not "file" ? url : null;

    private Stream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.Asynchronous);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new AirlineSourceException(
                StatusCodes.Status502BadGateway,
                $"The airline file cannot be read: {exception.Message} "
                + $"Airside:Airlines:Source is '{Name}'. Nothing was changed.",
                exception);
        }
    }

    private async Task<Stream> FetchAsync(Uri url, CancellationToken cancellationToken)
    {
        _client ??= AirlineHttpClient.Create(_origins);
        for (var redirects = 0; redirects <= Limits.AirlineFetchRedirectsMax; redirects++)
        {
            _origins.Ensure(url);
            using var response = await _client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.Headers.Location is { } location && (int)response.StatusCode is >= 300 and < 400)
            {
                url = new Uri(url, location);
                continue;
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new AirlineSourceException(
                    StatusCodes.Status502BadGateway, $"{Name} returned {(int)response.StatusCode}. Nothing was changed.");
            }

            return await ReadAllAsync(response, cancellationToken);
        }

        throw new AirlineSourceException(
            StatusCodes.Status502BadGateway,
            $"{Name} redirects more than {Limits.AirlineFetchRedirectsMax} times "
            + $"({nameof(Limits.AirlineFetchRedirectsMax)}). Nothing was changed.");
    }

    /// <summary>Reads the body within the time limit and a size limit, because the size that a server declares may be false.</summary>
    private async Task<Stream> ReadAllAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var file = new MemoryStream();
        var block = new byte[64 * 1024];
        int count;
        while ((count = await body.ReadAsync(block, cancellationToken)) > 0)
        {
            if (file.Length + count > Limits.AirlineFileBytesMax)
            {
                throw new AirlineSourceException(
                    StatusCodes.Status502BadGateway,
                    $"{Name} sent more than {Limits.AirlineFileBytesMax} bytes ({nameof(Limits.AirlineFileBytesMax)}). "
                    + "Nothing was changed.");
            }

            file.Write(block.AsSpan(0, count));
        }

        file.Position = 0;
        return file;
    }

    private static string Cause(Exception exception) =>
        exception.InnerException is { } inner ? $"{exception.Message} {inner.Message}" : exception.Message;
}

/// <summary>The source of airlines cannot be read or is not allowed.</summary>
internal sealed class AirlineSourceException(int status, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>HTTP status of the response to the client.</summary>
    public int Status { get; } = status;
}
