using System.Collections.Concurrent;
using System.Diagnostics;
using Airside.Core;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>
/// Clients that record through their replica's group commit and retry each key until it is acknowledged, so in the end every key must be
/// counted once. Keys of the same number are sent by a client of every replica.
/// </summary>
internal sealed class RetryingClients : IAsyncDisposable
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(60);
    private readonly MeterFactory _meters = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<Answer> _answers = [];
    private readonly GroupCommit[] _commits;
    private readonly Task[] _clients;
    private readonly ConcurrentDictionary<string, int> _faults = [];
    private int _repeats;

    /// <param name="replicas">Each gets a group commit.</param>
    /// <param name="clients">Number of clients of each replica.</param>
    /// <param name="routes">Number of routes that they record for.</param>
    /// <param name="sharedEvery">Each key whose number is a multiple of this is sent to every replica.</param>
    public RetryingClients(IReadOnlyList<IStore> replicas, int clients, int routes, int sharedEvery)
    {
        _commits = [.. replicas.Select(replica => new GroupCommit(replica.Ledger, new GroupCommitMetrics(_meters)))];
        _clients =
        [
            .. from replica in Enumerable.Range(0, _commits.Length)
               from client in Enumerable.Range(0, clients)
               select Task.Run(() => RecordAllAsync(replica, client, routes, sharedEvery)),
        ];
    }

    /// <summary>Number of responses so far.</summary>
    public int Answers => _answers.Count;

    /// <summary>How often a client had to send a key again.</summary>
    public int Repeats => Volatile.Read(ref _repeats);

    /// <summary>Describes what happened.</summary>
    public override string ToString() =>
        $"{Answers} answers, {Repeats} repeats" + string.Concat(_faults.Select(fault => $"\n{fault.Value} times: {fault.Key}"));

    /// <summary>Waits for more responses, to show recording continues.</summary>
    public async Task UntilMoreAsync(int answers)
    {
        var (before, started) = (Answers, Stopwatch.GetTimestamp());
        while (Answers < before + answers)
        {
            if (Stopwatch.GetElapsedTime(started) > TimeMax)
            {
                Assert.Fail($"Waited in vain for {answers} answers; there were {Answers - before}. {this}");
            }

            await Task.WhenAll(_clients.Where(client => client.IsFaulted));
            await Task.Delay(5);
        }
    }

    /// <summary>Lets each client finish its last key.</summary>
    public async Task FinishAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_clients).WaitAsync(TimeMax);
    }

    /// <summary>Checks that exactly the acknowledged keys are stored, once each, and all sums match their number.</summary>
    public async Task AssertCountedOnceAsync(string connectionString)
    {
        var answered = _answers.GroupBy(answer => answer.Key).ToDictionary(group => group.Key, group => group.ToArray());
        foreach (var (key, answers) in answered)
        {
            Assert.Single(answers.Select(answer => (answer.Route, answer.Total)).Distinct());
            Assert.True(answers.Count(answer => !answer.IsReplay) <= 1, $"'{key}' was recorded more than once.");
        }

        var stored = await RowsAsync(connectionString, "SELECT key, route, total FROM airside.transaction_key");
        Assert.Equal(stored.Count, stored.Select(row => row.Name).Distinct().Count());
        Assert.Equal(
            answered.Values.Select(answers => (answers[0].Key, answers[0].Route, answers[0].Total)).Order(), stored.Order());
        var routes = await RowsAsync(connectionString, "SELECT 'total', route, total FROM airside.route");
        var hours = await RowsAsync(
            connectionString, "SELECT 'total', route, sum(transactions)::bigint FROM airside.route_hour GROUP BY route");
        Assert.Equal(routes.Order(), hours.Order());
        Assert.Equal(
            routes.Order(),
            stored.GroupBy(row => row.Route).Select(route => ("total", route.Key, (long)route.Count())).Order());
        Assert.All(
            stored.GroupBy(row => row.Route),
            route => Assert.Equal(Enumerable.Range(1, route.Count()).Select(total => (long)total), route.Select(row => row.Total).Order()));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_clients).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var commit in _commits)
        {
            await commit.DisposeAsync();
        }

        _stopping.Dispose();
        _meters.Dispose();
    }

    private static async Task<List<(string Name, string Route, long Total)>> RowsAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, string, long)>();
        while (await reader.ReadAsync())
        {
            rows.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
        }

        return rows;
    }

    private async Task RecordAllAsync(int replica, int client, int routes, int sharedEvery)
    {
        for (var i = 0; !_stopping.IsCancellationRequested; i++)
        {
            var key = i % sharedEvery == 0 ? $"all/{client}/{i}" : $"{replica}/{client}/{i}";
            var transaction = new Transaction(FlightRoute.Parse($"AR{1 + ((client + i) % routes)}"), TransactionKey.Parse(key));
            var outcome = await RecordAsync(_commits[replica], transaction);
            _answers.Add(new Answer(key, outcome.Route.ToString(), outcome.Total, outcome.IsReplay));
        }
    }

    private async Task<RecordOutcome> RecordAsync(GroupCommit commit, Transaction transaction)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return (await commit.RecordAsync(new[] { transaction }, CancellationToken.None))[0];
            }
            catch (StoreUnavailableException exception) when (Stopwatch.GetElapsedTime(started) < TimeMax)
            {
                _faults.AddOrUpdate(exception.Message, 1, (_, times) => times + 1);
                Interlocked.Increment(ref _repeats);
                await Task.Delay(10);
            }
        }
    }

    private sealed record Answer(string Key, string Route, long Total, bool IsReplay);
}
