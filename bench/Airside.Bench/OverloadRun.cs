using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Airside.Bench;

/// <summary>
/// Clients that send one keyed transaction after another and do not back off after a refusal. Measures the latency of accepted and
/// refused requests, and whether the count is exact. Plain sockets, because the clients share the machine with the service.
/// </summary>
internal static class OverloadRun
{
    private const string Route = "OV1";
    private const int AnswerBytesMax = 16 * 1024;

    /// <summary>Prints one row of Markdown.</summary>
    /// <param name="service">Address of the service.</param>
    /// <param name="clients">Number of concurrent clients.</param>
    /// <param name="requestsPerSecond">Maximum rate of all clients together; 0 for no limit.</param>
    /// <param name="seconds">Duration.</param>
    public static async Task RunAsync(Uri service, int clients, int requestsPerSecond, int seconds)
    {
        using var http = new HttpClient { BaseAddress = service };
        var before = await TotalAsync(http);
        var accepted = new ConcurrentBag<List<double>>();
        var refused = new ConcurrentBag<List<double>>();
        using var ending = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            var (own, others) = (new List<double>(), new List<double>());
            await SendAsync(service, clients, requestsPerSecond, own, others, ending.Token);
            accepted.Add(own);
            refused.Add(others);
        })));

        var (taken, shed) = (Sorted(accepted), Sorted(refused));
        var counted = await TotalAsync(http) - before;
        Console.WriteLine(
            $"| {clients} | {taken.Length / seconds:N0} | {At(taken, 0.5):F2} | {At(taken, 0.99):F2} | {shed.Length / seconds:N0} "
            + $"| {At(shed, 0.99):F2} | {(counted == taken.Length ? "exact" : $"{counted} of {taken.Length}")} |");
    }

    private static async Task SendAsync(
        Uri service, int clients, int requestsPerSecond, List<double> accepted, List<double> refused, CancellationToken ending)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(service.Host, service.Port, CancellationToken.None);
        var answer = new byte[AnswerBytesMax];
        var prefix = Guid.NewGuid().ToString("N");
        var pause = requestsPerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)clients / requestsPerSecond);
        var due = Stopwatch.GetTimestamp() + (long)(Random.Shared.NextDouble() * pause.TotalSeconds * Stopwatch.Frequency);
        for (var number = 0; !ending.IsCancellationRequested; number++)
        {
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } rest)
            {
                await Task.Delay(rest, CancellationToken.None);
            }

            due += (long)(pause.TotalSeconds * Stopwatch.Frequency);
            var request = Encoding.ASCII.GetBytes(
                $"POST /api/v1/routes/{Route}/transactions HTTP/1.1\r\nHost: {service.Authority}\r\n"
                + $"Idempotency-Key: {prefix}{number}\r\nContent-Length: 0\r\n\r\n");
            var started = Stopwatch.GetTimestamp();
            await socket.SendAsync(request);
            var status = await ReadStatusAsync(socket, answer);
            (status switch
            {
                201 => accepted,
                429 or 503 => refused,
                _ => throw new InvalidOperationException($"The service answered {status}."),
            }).Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    /// <summary>Reads one whole response, delimited by its length or last chunk, and returns its status.</summary>
    private static async Task<int> ReadStatusAsync(Socket socket, byte[] answer)
    {
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(answer.AsMemory(length));
            if (read == 0)
            {
                throw new InvalidOperationException("The service closed the connection.");
            }

            length += read;
            if (IsWhole(answer.AsSpan(0, length)))
            {
                return int.Parse(Encoding.ASCII.GetString(answer, "HTTP/1.1 ".Length, 3));
            }
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var headers = answer.IndexOf("\r\n\r\n"u8);
        if (headers < 0)
        {
            return false;
        }

        var mark = "Content-Length: "u8;
        var at = answer[..headers].IndexOf(mark);
        if (at < 0)
        {
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        }

        var digits = answer[(at + mark.Length)..headers];
        var end = digits.IndexOf((byte)'\r');
        return answer.Length - headers - 4 >= int.Parse(Encoding.ASCII.GetString(end < 0 ? digits : digits[..end]));
    }

    private static async Task<long> TotalAsync(HttpClient http)
    {
        while (true)
        {
            using var response = await http.GetAsync($"/api/v1/routes/{Route}/transactions");
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                // A run above the rate limit leaves the bucket of this address empty until it refills.
                await Task.Delay(100);
                continue;
            }

            response.EnsureSuccessStatusCode();
            return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("transactions").GetInt64();
        }
    }

    private static double[] Sorted(IEnumerable<List<double>> lists) => [.. lists.SelectMany(list => list).Order()];

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)];
}
