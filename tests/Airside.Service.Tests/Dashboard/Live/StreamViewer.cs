using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Airside.Service.Tests.Dashboard.Live;

/// <summary>A client that reads the stream.</summary>
internal sealed class StreamViewer : IAsyncDisposable
{
    public const string Path = "/api/v1/stream";

    private static readonly TimeSpan HangAfter = TimeSpan.FromSeconds(60);

    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private StreamViewer(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _events = SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator();
    }

    public static async Task<StreamViewer> OpenAsync(HttpClient client, string? lastEventId = null, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path + query);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        return new StreamViewer(response, await response.Content.ReadAsStreamAsync());
    }

    public async Task<(string Id, JsonElement Counts)> NextAsync()
    {
        Assert.True(await _events.MoveNextAsync().AsTask().WaitAsync(HangAfter));
        Assert.Equal("counts", _events.Current.EventType);
        return (_events.Current.EventId!, JsonSerializer.Deserialize<JsonElement>(_events.Current.Data));
    }

    public async Task<(string Id, JsonElement Counts)> UntilAsync(Func<JsonElement, bool> condition)
    {
        while (true)
        {
            var item = await NextAsync();
            if (condition(item.Counts))
            {
                return item;
            }
        }
    }

    /// <summary>Reads until the service ends the stream.</summary>
    public async Task EndAsync()
    {
        while (await _events.MoveNextAsync())
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // It still waits for an event that will not come.
        }
    }
}
