using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Security.Hostile;

/// <summary>Floods a service process with hostile requests, at night with more than a hundred thousand.</summary>
public sealed class HostileTrafficTests(ITestOutputHelper output)
{
    private const int RequestsPerConnection = 50;
    private static readonly int Connections = Amount.Choose(day: 440, night: 2_200);
    private const int AtOnce = 8;

    /// <summary>The service may wait for the rest of a broken request; after this time, the client closes.</summary>
    private static readonly TimeSpan RestWithin = TimeSpan.FromMilliseconds(250);

    /// <summary>A connection that is still open by then hangs.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(2);

    /// <summary>Maximum memory growth after the first tenth. At night, a leak of a kilobyte per request is twice as much.</summary>
    private const long GrowthBytesMax = 64L * 1024 * 1024;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Many_hostile_requests_break_nothing_and_record_nothing()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("AIRSIDE_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"AIRSIDE_SEED={seed}");
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("bad.dat"), "1,\"One\"");
        var keys = new TestKeys();
        var key = keys.Add("hostile", "read,transactions:write,airlines:load");
        await using var service = await ServiceProcess.StartAsync(
            directory.File("data"),
            [
                .. keys.Settings, "--Airside:Security:RequestsPerSecondPerKey=0", "--Airside:Security:RequestsPerSecondPerAddress=0",
                $"--Airside:Airlines:Source={directory.File("bad.dat")}",
            ]);
        var before = await service.Client.JsonAsync("/api/v1/airlines");

        var statuses = new int[600];
        await AttackAsync(service.Address, seed, key, 0, Connections / 10, statuses);
        var settled = await MemoryAsync(service);
        await AttackAsync(service.Address, seed, key, Connections / 10, Connections, statuses);
        output.WriteLine(string.Join(
            ' ', statuses.Index().Where(status => status.Item > 0).Select(status => $"{status.Index}: {status.Item}")));

        Assert.True(statuses.Sum() >= Connections * RequestsPerConnection * 9 / 10, $"{statuses.Sum()} answers");

        // 505 is correct for a version of HTTP that does not exist.
        Assert.DoesNotContain(statuses.Index(), status => status.Index >= 500 && status.Index is not (503 or 505) && status.Item > 0);
        Assert.True(statuses[400] > Connections && statuses[401] > Connections / 2 && statuses[200] > Connections / 2);
        Assert.Equal(0, statuses[201]);
        Assert.Empty((await service.Client.JsonAsync("/api/v1/routes")).GetProperty("routes").EnumerateArray());
        Assert.Equal(before.GetRawText(), (await service.Client.JsonAsync("/api/v1/airlines")).GetRawText());
        await Waiting.UntilAsync(
            async () => await MemoryAsync(service) < settled + GrowthBytesMax, $"the memory is back to its level of {settled} bytes");

        var faults = service.Output.Split('\n').Where(IsFault);
        Assert.Empty(faults);
        Assert.Empty(service.Errors);
    }

    /// <summary>Returns whether a log line is an error or contains an exception.</summary>
    private static bool IsFault(string line) =>
        line.Length > 0 && (JsonSerializer.Deserialize<JsonElement>(line).GetProperty("LogLevel").GetString() is "Error" or "Critical"
            || line.Contains("\"Exception\"", StringComparison.Ordinal));

    private static Task AttackAsync(Uri address, int seed, string key, int from, int to, int[] statuses) => Parallel.ForEachAsync(
        Enumerable.Range(from, to - from),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
        async (connection, cancellationToken) =>
        {
            var requests = new HostileRequests(new Random(unchecked((seed * 31) + connection)), address.Authority, key);
            var bytes = new MemoryStream();
            for (var request = 0; request < RequestsPerConnection; request++)
            {
                bytes.Write(requests.Request());
            }

            // Lets the service close the connection: it sends no response once the client has closed it.
            bytes.Write(requests.LastRequest());
            await SendAsync(address, bytes.ToArray(), AnswerWithin, statuses, cancellationToken);
            await SendAsync(address, requests.Breakage(), RestWithin, statuses, cancellationToken);
        });

    /// <summary>Sends all requests of a connection at once and counts the statuses of the responses until it ends.</summary>
    private static async Task SendAsync(Uri address, byte[] bytes, TimeSpan endAfter, int[] statuses, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, cancellationToken);
        var sending = SendAllAsync(client, bytes, cancellationToken);
        using var answer = new MemoryStream();
        var reading = ReadAllAsync(client, answer, cancellationToken);
        if (await Task.WhenAny(reading, Task.Delay(endAfter, cancellationToken)) != reading)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }

        await reading.WaitAsync(AnswerWithin, cancellationToken);
        await sending;
        Count(answer.GetBuffer().AsSpan(0, (int)answer.Length), statuses);
    }

    private static async Task SendAllAsync(TcpClient client, byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            await client.GetStream().WriteAsync(bytes, cancellationToken);
        }
        catch (IOException)
        {
            // The service closed a connection that broke the rules before everything was sent.
        }
    }

    private static async Task ReadAllAsync(TcpClient client, MemoryStream answer, CancellationToken cancellationToken)
    {
        try
        {
            await client.GetStream().CopyToAsync(answer, cancellationToken);
        }
        catch (IOException)
        {
            // The service closed a connection that broke the rules; its earlier responses have arrived.
        }
    }

    private static void Count(ReadOnlySpan<byte> answers, int[] statuses)
    {
        var mark = "HTTP/1.1 "u8;
        int at;
        while ((at = answers.IndexOf(mark)) >= 0)
        {
            answers = answers[(at + mark.Length)..];
            Interlocked.Increment(ref statuses[int.Parse(Encoding.ASCII.GetString(answers[..3]))]);
        }
    }

    private static async Task<double> MemoryAsync(ServiceProcess service)
    {
        var metrics = await service.Client.GetStringAsync("/metrics");
        var line = metrics.Split('\n').Single(line => line.StartsWith("dotnet_process_memory_working_set", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
