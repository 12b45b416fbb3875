using System.Diagnostics;
using Airside.Core;
using Airside.Service.Transactions;
using Microsoft.Extensions.Logging;

namespace Airside.Service.Tests.Transactions;

public sealed class TransactionLogTests : IDisposable
{
    private readonly Lines _lines = new();
    private readonly TransactionLog _log;

    public TransactionLogTests() => _log = new TransactionLog(_lines);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void No_more_lines_are_written_than_the_limit_of_a_second_allows()
    {
        using var request = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 100 * Limits.TracedTransactionLinesPerSecondMax; i++)
        {
            _log.Settled("recorded");
        }

        // A second may end during the loop; on a busy machine, more than one may.
        var seconds = (int)Stopwatch.GetElapsedTime(started).TotalSeconds;
        Assert.InRange(
            _lines.Count, Limits.TracedTransactionLinesPerSecondMax, (seconds + 2) * Limits.TracedTransactionLinesPerSecondMax);
    }

    [Fact]
    public void What_is_in_no_trace_or_in_one_that_nobody_keeps_has_no_line()
    {
        _log.Settled("recorded");
        using var request = new Activity("request").Start();
        _log.Settled("recorded");
        Assert.Equal(0, _lines.Count);

        request.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        _log.Settled("recorded");
        Assert.Equal(1, _lines.Count);
    }

    private sealed class Lines : ILogger<TransactionLog>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Assert.Equal(EventIds.TransactionSettled, eventId.Id);
            Count++;
        }
    }
}
