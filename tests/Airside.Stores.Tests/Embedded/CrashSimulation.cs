using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Embedded.Tables;
using Airside.Stores.Shared;

namespace Airside.Stores.Tests.Embedded;

/// <summary>
/// The life of a ledger on a simulated disk: clients that retry, processes that end anywhere, power losses, a disk that is full or fails
/// for a while, exceptions at any step. After each start, the ledger must match the model exactly.
/// </summary>
/// <remarks>
/// A batch that was neither acknowledged nor finally refused may be there in full or not at all, so there is a model for each
/// possibility. The next acknowledgement settles which one holds, because it confirms everything that was visible before it.
/// </remarks>
internal sealed class CrashSimulation
{
    private readonly Random _random;
    private readonly FakeTimeProvider _time = new(TestTime.Start);
    private readonly EmbeddedOptions _options;
    private readonly List<PossibleState> _possible = [];
    private readonly List<Transaction> _sent = [];
    private readonly FlightRoute[] _routes;
    private LedgerModel _model = new();
    private SimulatedDisk _disk;
    private bool _hasLostPower;
    private int _keysMade;
    private long _dayHour = long.MinValue;

    public CrashSimulation(int seed)
    {
        _random = new Random(seed);
        _disk = new SimulatedDisk(_random);
        _routes = [.. Enumerable.Range(1, _random.Next(1, 6)).Select(number => FlightRoute.Parse($"AR{number}"))];
        _options = new EmbeddedOptions(
            TimeSpan.FromHours(_random.Next(3) == 0 ? 2 : 48), SegmentBytes: _random.Next(200, 4096), SnapshotBytes: _random.Next(8192));
        _possible.Add(new PossibleState(_model, Before: _model));
    }

    private DateTimeOffset KeyCutoff => _time.GetUtcNow() - _options.KeyWindow;

    /// <summary>Runs the simulation and returns the final disk, and the model that a ledger on it must match.</summary>
    public (SimulatedDisk Disk, LedgerModel Model) Run()
    {
        var cycles = _random.Next(1, 7);
        for (var i = 0; i < cycles; i++)
        {
            PlanFaults();
            RunProcess();
            EndProcess();
        }

        // Finally, without faults, opening twice must lead to the same state.
        using (var ledger = Open())
        {
            Commit(ledger);
        }

        Open().Dispose();
        return (_disk, _model);
    }

    /// <summary>Opens a ledger with the simulation's options.</summary>
    public JournaledLedger Open(SimulatedDisk disk) => JournaledLedger.Open(disk, _time, _options);

    /// <summary>Returns how a ledger differs from a model, or null.</summary>
    public string? Difference(JournaledLedger ledger, LedgerModel model) => LedgerComparison.Difference(ledger, model, KeyCutoff, _dayHour);

    private void PlanFaults()
    {
        _disk.Faults.OperationsUntilCrash = _random.Next(4) == 0 ? -1 : _random.Next(80);
        _disk.Faults.SyncsUntilFailure = _random.Next(4) == 0 ? _random.Next(40) : -1;
        _disk.Faults.WritesUntilFailure = _random.Next(4) == 0 ? _random.Next(40) : -1;
        _disk.Faults.StepsUntilException = _random.Next(2) == 0 ? _random.Next(400) : -1;
    }

    private void RunProcess()
    {
        FaultPoint.Observer = () => _disk.Faults.Step();
        try
        {
            using var ledger = Open();
            BuildSnapshot(ledger);
            for (var batches = _random.Next(60); batches > 0; batches--)
            {
                ChangeCapacity();
                Commit(ledger);
                RollUp(ledger);
                BuildSnapshot(ledger);
                _time.Advance(TimeSpan.FromSeconds(_random.Next(300)));
            }
        }
        catch (Exception exception) when (exception is SimulatedCrashException || SimulatedFaults.IsSimulated(exception))
        {
            // The next process shows what is left.
        }
        finally
        {
            FaultPoint.Observer = null;
        }
    }

    /// <summary>Ends the process, and sometimes the entire machine.</summary>
    private void EndProcess()
    {
        _disk.Kill();
        if (_random.Next(3) == 0)
        {
            _disk = _disk.Crash();
            _hasLostPower = true;
        }
    }

    /// <summary>Opens the ledger and finds which of the possible states it has.</summary>
    private JournaledLedger Open()
    {
        var ledger = Open(_disk);
        var differences = _possible.ConvertAll(state => Difference(ledger, state.Model));
        var found = differences.IndexOf(null);
        Assert.True(found >= 0, $"The recovered ledger has none of its possible states: {string.Join("; or: ", differences)}.");
        _model = _possible[found].Model;
        if (_hasLostPower)
        {
            // What was just read is on the platter; nothing else may appear later.
            _possible.Clear();
            _hasLostPower = false;
        }

        _possible.Add(new PossibleState(_model, Before: _model));
        return ledger;
    }

    private void Commit(JournaledLedger ledger)
    {
        var batch = NextBatch();
        var outcomes = new RecordOutcome[batch.Length];
        var refused = false;
        try
        {
            ledger.Commit(batch, outcomes);
        }
        catch (Exception exception) when (exception is StoreUnavailableException || SimulatedFaults.IsSimulated(exception))
        {
            refused = true;
            if (ledger.HasEnded)
            {
                throw new SimulatedCrashException();
            }

            Assert.Null(LedgerComparison.Difference(ledger, _model, keyCutoff: null, _dayHour));
        }
        finally
        {
            Settle(batch, outcomes, refused);
        }

        if (!refused)
        {
            Assert.Null(LedgerComparison.Difference(ledger, _model, keyCutoff: null, _dayHour));
        }
    }

    private void Settle(Transaction[] batch, RecordOutcome[] outcomes, bool refused)
    {
        if (refused || _disk.Faults.IsDead)
        {
            if (outcomes.Any(outcome => outcome.Total == 0))
            {
                // It failed before all outcomes were known, so nothing of it was written.
                return;
            }

            var after = _model.Copy();
            after.Apply(batch, outcomes, _time.GetUtcNow(), KeyCutoff);
            _possible.Add(new PossibleState(after, Before: _model));
            return;
        }

        _model.Apply(batch, outcomes, _time.GetUtcNow(), KeyCutoff);
        if (outcomes.Any(outcome => !outcome.IsReplay))
        {
            _possible.Clear();
            _possible.Add(new PossibleState(_model, Before: _model));
        }
        else
        {
            // Batches refused since then may still appear, but the state that these repeats confirmed may not vanish.
            _possible.RemoveAll(state => state.Before != _model);
        }
    }

    /// <summary>Returns new transactions, repeats of old ones, and keys reused for another route.</summary>
    private Transaction[] NextBatch()
    {
        var batch = new Transaction[_random.Next(10) == 0 ? _random.Next(10, 40) : _random.Next(1, 5)];
        var onlyRepeats = _sent.Count > 0 && _random.Next(6) == 0;
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = NextTransaction(onlyRepeats);
            _sent.Add(batch[i]);
        }

        return batch;
    }

    private Transaction NextTransaction(bool onlyRepeats)
    {
        if (onlyRepeats || (_sent.Count > 0 && _random.Next(4) == 0))
        {
            // Mostly recent ones, as from a client that got no response.
            var repeated = _sent[Math.Max(0, _sent.Count - 1 - (_random.Next(3) == 0 ? _random.Next(_sent.Count) : _random.Next(8)))];
            return _random.Next(10) == 0 ? repeated with { Route = _routes[_random.Next(_routes.Length)] } : repeated;
        }

        var key = $"key-{_keysMade++}".PadRight(_random.Next(8) == 0 ? Limits.TransactionKeyLengthMax : 1, 'é');
        return new Transaction(_routes[_random.Next(_routes.Length)], TransactionKey.Parse(key));
    }

    private void ChangeCapacity()
    {
        if (_random.Next(12) == 0)
        {
            var isFreed = _disk.Faults.CapacityBytes < long.MaxValue;
            _disk.Faults.CapacityBytes = isFreed ? long.MaxValue : _disk.UsedBytes + _random.Next(3000);
        }
    }

    /// <summary>Turns hours into days, sometimes those of today, so that later hours of a day add to it.</summary>
    private void RollUp(JournaledLedger ledger)
    {
        if (_random.Next(8) == 0)
        {
            var dayHour = RouteHistory.DayOf(HourCount.HourOf(_time.GetUtcNow())) + (24 * _random.Next(2));
            _dayHour = Math.Max(_dayHour, dayHour);
            ledger.RollUp(dayHour, CancellationToken.None);
        }
    }

    private static void BuildSnapshot(JournaledLedger ledger)
    {
        if (!ledger.SnapshotIsDue)
        {
            return;
        }

        try
        {
            ledger.BeginSnapshot()(CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or StoreUnavailableException || SimulatedFaults.IsSimulated(exception))
        {
            // The journal stays, so nothing is lost without the snapshot.
        }
    }

    /// <summary>A state that the next process may find.</summary>
    /// <param name="Model">The state.</param>
    /// <param name="Before">The state after all transactions acknowledged before it.</param>
    private sealed record PossibleState(LedgerModel Model, LedgerModel Before);
}
