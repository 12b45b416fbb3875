using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Airside.Platform.Tests.Load;

/// <summary>
/// Clients that continuously record transactions with keys and read totals while a test disrupts the service. Each has its own route, so it
/// knows the correct response to every request. It counts and retries each failed request until it succeeds. At the end, the totals are
/// compared with what was acknowledged.
/// </summary>
internal sealed class KeyedLoad : IAsyncDisposable
{
    private const int RepeatEvery = 10;

    /// <summary>So long that only a service that is gone for good exceeds it, even on a busy machine.</summary>
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);
    private static int _loads;

    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, (int Times, string First)> _failures = [];
    private readonly ConcurrentDictionary<string, bool> _versions = [];
    private readonly Client[] _clients;
    private readonly Task[] _tasks;
    private long _failed;

    /// <param name="address">Address of the load balancer.</param>
    /// <param name="clients">Number of clients.</param>
    /// <param name="pause">How long each client waits between two requests.</param>
    /// <param name="apiKey">The API key to send, if the service requires one.</param>
    public KeyedLoad(Uri address, int clients, TimeSpan pause, string? apiKey = null)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = RequestTimeout };
        if (apiKey is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        }

        var load = Interlocked.Increment(ref _loads);
        var (designator, run) = ($"{(char)('A' + (load / 10))}{load % 10}", Guid.NewGuid().ToString("N")[..8]);
        _clients = [.. Enumerable.Range(0, clients).Select(number => new Client($"{designator}{1000 + number}", $"{run}-{number}"))];
        _tasks = [.. _clients.Select(client => Task.Run(() => RunAsync(client, pause)))];
    }

    /// <summary>Number of transactions acknowledged so far.</summary>
    public long Transactions => _clients.Sum(client => Volatile.Read(ref client.Acknowledged));

    /// <summary>Waits for more acknowledged transactions, which show that the service works.</summary>
    public async Task UntilMoreAsync(int transactions)
    {
        var (before, started) = (Transactions, Stopwatch.GetTimestamp());
        while (Transactions < before + transactions)
        {
            await Task.WhenAll(_tasks.Where(task => task.IsFaulted));
            Assert.True(
                Stopwatch.GetElapsedTime(started) < TimeMax,
                $"{Transactions - before} of {transactions} transactions came through. {Failures}");
            await Task.Delay(20);
        }
    }

    /// <summary>Lets each client finish and compares the totals with what was acknowledged.</summary>
    public async Task<LoadTotals> FinishAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_tasks).WaitAsync(TimeMax);
        var (lost, doubled) = (0L, 0L);
        foreach (var client in _clients)
        {
            var difference = await TotalAsync(client) - client.Acknowledged;
            lost += Math.Max(0, -difference);
            doubled += Math.Max(0, difference);
        }

        return new LoadTotals(
            Transactions, _clients.Sum(client => client.Repeats), _clients.Sum(client => client.Reads), _failed, lost, doubled,
            _clients.Sum(client => client.Stale), [.. _versions.Keys.Order(StringComparer.Ordinal)]);
    }

    /// <summary>What failed, how often, and the first request that did, for messages.</summary>
    public string Failures => string.Concat(_failures.Select(
        failure => $"\n{failure.Value.Times} times: {failure.Key} First: {failure.Value.First}"));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(Client client, TimeSpan pause)
    {
        while (!_stopping.IsCancellationRequested)
        {
            var key = $"{client.Keys}-{client.Acknowledged.ToString(CultureInfo.InvariantCulture)}";
            await RecordAsync(client, key, client.Acknowledged + 1);
            Interlocked.Increment(ref client.Acknowledged);
            if (client.Acknowledged % RepeatEvery == 0)
            {
                await RecordAsync(client, key, client.Acknowledged);
                client.Repeats++;
                await ReadVersionAsync();
            }

            client.Stale += await TotalAsync(client) == client.Acknowledged ? 0 : 1;
            client.Reads++;
            await Task.Delay(pause);
        }
    }

    private async Task RecordAsync(Client client, string key, long expected)
    {
        var answer = await AnswerAsync(
            () => new HttpRequestMessage(HttpMethod.Post, client.Path) { Headers = { { "Idempotency-Key", key } } });
        client.Stale += Count(answer) == expected ? 0 : 1;
    }

    private async Task<long> TotalAsync(Client client) =>
        Count(await AnswerAsync(() => new HttpRequestMessage(HttpMethod.Get, client.Path)));

    private async Task ReadVersionAsync()
    {
        var info = await AnswerAsync(() => new HttpRequestMessage(HttpMethod.Get, "/api/v1/info"));
        _versions.TryAdd(info.GetProperty("version").GetString()!, true);
    }

    private static long Count(JsonElement answer) => answer.GetProperty("transactions").GetInt64();

    /// <summary>Sends a request until it succeeds, and counts every failure.</summary>
    private async Task<JsonElement> AnswerAsync(Func<HttpRequestMessage> request)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            using var message = request();
            var sent = Stopwatch.GetTimestamp();
            string failure;
            try
            {
                using var response = await _http.SendAsync(message, CancellationToken.None);
                var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
                if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created)
                {
                    return JsonSerializer.Deserialize<JsonElement>(text);
                }

                failure = $"{(int)response.StatusCode} {text}";
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                failure = exception.InnerException?.Message ?? exception.Message;
            }

            Interlocked.Increment(ref _failed);
            var first = $"{message.Method} {message.RequestUri} until {TimeProvider.System.GetUtcNow():HH:mm:ss.fff}, "
                + $"after {Stopwatch.GetElapsedTime(sent).TotalMilliseconds:0} ms";
            _failures.AddOrUpdate(failure, (1, first), (_, earlier) => earlier with { Times = earlier.Times + 1 });
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeMax, $"A request was not answered in {TimeMax}: {failure}");
            await Task.Delay(100);
        }
    }

    private sealed class Client(string route, string keys)
    {
        public long Acknowledged;

        public string Path { get; } = $"/api/v1/routes/{route}/transactions";

        public string Keys { get; } = keys;

        public long Repeats { get; set; }

        public long Reads { get; set; }

        public long Stale { get; set; }
    }
}
