using System.Text;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Streaming;
using Airside.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Service.Tests.Dashboard.Live;

/// <summary>What a viewer gets while little or nothing changes.</summary>
public sealed class StreamFollowTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
    private static readonly FlightRoute Route = FlightRoute.Parse("LH400");

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly SlowLedger _ledger = new();
    private readonly MeterFactory _meters = new();
    private readonly Lifetime _lifetime = new();
    private readonly CurrentCatalog _catalog;
    private readonly LiveCounts _counts;
    private readonly CountsStream _stream;

    public StreamFollowTests()
    {
        _catalog = new CurrentCatalog(
            new NoAirlines(), new CatalogMetrics(_meters), _time, AirsideOptions.Read(new ConfigurationBuilder().Build()));
        _counts = new LiveCounts(_ledger, _catalog, _time, NullLogger<LiveCounts>.Instance);
        _stream = new CountsStream(_counts, _lifetime, _time, NullLogger<CountsStream>.Instance);
        _ledger.Answer([(Noon.AddHours(-1), 3)], transactions: 10);
    }

    public async ValueTask InitializeAsync() => await _catalog.OpenAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _lifetime.StopApplication();
        await _counts.DisposeAsync();
        _catalog.Dispose();
        _meters.Dispose();
        _lifetime.Dispose();
    }

    [Fact]
    public async Task A_viewer_of_a_route_hears_of_the_connection_though_only_others_change()
    {
        await using var viewer = new Viewer(this, Route);
        await viewer.UntilAsync("event: counts");

        // Frames come all the time; none of them has anything for this viewer.
        await AdvanceUntilAsync(() => viewer.Text.Contains(": still here", StringComparison.Ordinal), () => _ledger.Transactions++);
        Assert.Equal(1, viewer.Text.Split("event: counts").Length - 1);
    }

    [Fact]
    public async Task Who_comes_while_nothing_changes_gets_the_counts()
    {
        await using var first = new Viewer(this);
        await first.UntilAsync("event: counts");
        await AdvanceUntilAsync(() => first.Text.Contains(": still here", StringComparison.Ordinal), () => { });

        await using var second = new Viewer(this);
        await second.UntilAsync("event: counts");
    }

    [Fact]
    public async Task A_route_that_could_not_be_read_is_read_again_for_the_same_event()
    {
        var frame = StreamFrame.Of(await _counts.ReadAsync(CancellationToken.None), "1");
        var filter = new RouteFilter([Route], _ledger, _catalog);
        _ledger.IsAway = true;
        var failed = Encoding.UTF8.GetString((await filter.ApplyAsync(frame)).Span);
        Assert.True(filter.HasFailed);
        Assert.StartsWith("event: unavailable\ndata: ", failed, StringComparison.Ordinal);
        Assert.True((await filter.ApplyAsync(frame)).IsEmpty);

        _ledger.IsAway = false;
        var read = Encoding.UTF8.GetString((await filter.ApplyAsync(frame)).Span);
        Assert.False(filter.HasFailed);
        Assert.StartsWith("event: counts\nid: 1\n", read, StringComparison.Ordinal);
    }

    private Task AdvanceUntilAsync(Func<bool> condition, Action meanwhile) => Waiting.UntilAsync(
        () =>
        {
            meanwhile();
            _time.Advance(TimeSpan.FromMilliseconds(Limits.StreamEveryMs));
            return condition();
        },
        "the time to pass");

    private sealed class Viewer : IAsyncDisposable
    {
        private readonly StreamFollowTests _test;
        private readonly FlightRoute[] _routes;
        private readonly CancellationTokenSource _leaving = new();
        private readonly Received _received = new();
        private readonly Task _following;

        public Viewer(StreamFollowTests test, params FlightRoute[] routes)
        {
            (_test, _routes) = (test, routes);
            Assert.True(test._stream.TryEnter(routes));
            var context = new DefaultHttpContext { RequestAborted = _leaving.Token, Response = { Body = _received } };
            var filter = routes.Length == 0 ? null : new RouteFilter(routes, test._ledger, test._catalog);
            _following = Task.Run(() => StreamEndpoint.FollowAsync(test._stream, filter, test._time, context));
        }

        public string Text => _received.Text;

        public Task UntilAsync(string text) =>
            Waiting.UntilAsync(() => Text.Contains(text, StringComparison.Ordinal), $"'{text}' on the stream");

        public async ValueTask DisposeAsync()
        {
            await _leaving.CancelAsync();
            await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _test._stream.Leave(_routes);
            _leaving.Dispose();
            await _received.DisposeAsync();
        }
    }

    /// <summary>What was sent so far, for any thread.</summary>
    private sealed class Received : MemoryStream
    {
        private readonly Lock _lock = new();

        public string Text
        {
            get
            {
                lock (_lock)
                {
                    return Encoding.UTF8.GetString(ToArray());
                }
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (_lock)
            {
                Write(buffer.Span);
                return ValueTask.CompletedTask;
            }
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
