using Airside.Core.Transactions;
using Airside.Stores.Embedded;

namespace Airside.Stores.Tests.Embedded;

public sealed class KeyWindowTests
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(2);
    private readonly TestLedger _test = new(new SimulatedDisk(new Random(1)), new EmbeddedOptions(Window));

    [Fact]
    public void Keys_in_the_window_are_known_and_older_ones_make_room_while_the_ledger_runs()
    {
        using var ledger = _test.Open();
        for (var minute = 0; minute < 600; minute++)
        {
            _test.Time.AdjustTime(TestTime.Start.AddMinutes(minute));
            _test.Commit(ledger, Enumerable.Range(0, 100).Select(i => TransactionOf(minute, i)));
            if (minute % 20 == 0)
            {
                // The model requires a repeat for each key in the window, even at its edge.
                var oldest = Math.Max(0, minute - (int)Window.TotalMinutes);
                _test.Commit(ledger, Enumerable.Range(oldest, minute - oldest + 1).Select(past => TransactionOf(past, past % 100)));
            }
        }

        var inWindow = (long)Window.TotalMinutes * 100;
        Assert.InRange(ledger.KeyCount, inWindow, inWindow * 2);
        Assert.Equal(60_000, ledger.Routes.Find(FlightRoute.Parse("AR1133"))!.Total);
    }

    [Fact]
    public void A_restart_forgets_what_has_left_the_window_and_nothing_else()
    {
        using (var ledger = _test.Open())
        {
            _test.Commit(ledger, TransactionOf(0, 1));
            _test.Time.Advance(TimeSpan.FromMilliseconds(1));
            _test.Commit(ledger, TransactionOf(0, 2));
        }

        _test.Time.AdjustTime(TestTime.Start + Window);
        _test.AssertExact(_test.Disk.Copy(), _test.Model);
        using (var ledger = _test.Open())
        {
            Assert.Equal(2, ledger.KeyCount);
        }

        _test.Time.Advance(TimeSpan.FromMilliseconds(1));
        using (var ledger = _test.Open())
        {
            Assert.Equal(1, ledger.KeyCount);
            Assert.Equal(2, ledger.Routes.Find(FlightRoute.Parse("AR1133"))!.Total);
        }
    }

    [Fact]
    public void A_key_that_is_recorded_anew_after_its_window_is_known_for_its_newest_route()
    {
        using (var ledger = _test.Open())
        {
            _test.Commit(ledger, TransactionOf(0, 1));
        }

        _test.Time.Advance(Window + TimeSpan.FromMilliseconds(1));
        using (var ledger = _test.Open())
        {
            _test.Commit(ledger, TransactionOf(0, 1) with { Route = FlightRoute.Parse("KLM42X") });
        }

        _test.AssertExact(_test.Disk, _test.Model);
        Assert.Equal("KLM42X", Assert.Single(_test.Model.Recorded).Value.Route.ToString());
    }

    private static Transaction TransactionOf(int minute, int number) => TestLedger.Transaction("AR1133", $"key {minute} {number}");
}
