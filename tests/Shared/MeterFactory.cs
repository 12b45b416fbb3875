using System.Diagnostics.Metrics;

namespace Airside.Testing;

/// <summary>Makes meters and keeps what they measure.</summary>
internal sealed class MeterFactory : IMeterFactory
{
    private readonly List<Meter> _meters = [];
    private readonly List<(string Instrument, string? Outcome, double Value)> _measured = [];
    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();

    public MeterFactory()
    {
        // Meters of one name are shared by the process, so the listener goes by the objects that were made here.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_meters.Contains(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>Forgets the meters that were made and what they measured.</summary>
    public void Clear()
    {
        _meters.ForEach(meter => meter.Dispose());
        _meters.Clear();
        _measured.Clear();
    }

    /// <summary>Everything that an instrument has measured, of one outcome where that is given.</summary>
    public IReadOnlyList<double> Measured(string instrument, string? outcome = null)
    {
        lock (_lock)
        {
            return [.. _measured.Where(one => one.Instrument == instrument && one.Outcome == outcome).Select(one => one.Value)];
        }
    }

    /// <summary>What an instrument says now that tells only when it is asked.</summary>
    public double Observe(string instrument)
    {
        _listener.RecordObservableInstruments();
        return Measured(instrument)[^1];
    }

    public void Dispose()
    {
        _listener.Dispose();
        Clear();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            _measured.Add((instrument.Name, tags.IsEmpty ? null : (string?)tags[0].Value, value));
        }
    }
}
