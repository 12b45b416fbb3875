using System.Diagnostics.Metrics;

namespace Airside.Testing;

/// <summary>Creates meters and keeps their measurements.</summary>
internal sealed class MeterFactory : IMeterFactory
{
    private readonly List<Meter> _meters = [];
    private readonly List<(string Instrument, string? Outcome, double Value)> _measured = [];
    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();

    public MeterFactory()
    {
        // Other meters in the process can have the same name, so the listener matches the objects created here.
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

    /// <summary>Disposes the meters and forgets their measurements.</summary>
    public void Clear()
    {
        _meters.ForEach(meter => meter.Dispose());
        _meters.Clear();
        _measured.Clear();
    }

    /// <summary>Returns all measurements of an instrument with this outcome, or without any.</summary>
    public IReadOnlyList<double> Measured(string instrument, string? outcome = null)
    {
        lock (_lock)
        {
            return [.. _measured.Where(one => one.Instrument == instrument && one.Outcome == outcome).Select(one => one.Value)];
        }
    }

    /// <summary>Returns the current value of an observable instrument.</summary>
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
