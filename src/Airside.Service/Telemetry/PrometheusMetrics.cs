using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Airside.Core.Transactions;

namespace Airside.Service.Telemetry;

/// <summary>
/// Gathers the instruments of some meters and shows them in the Prometheus text format, version 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats), under the names that OpenTelemetry's mapping gives them.
/// </summary>
internal sealed class PrometheusMetrics : IDisposable
{
    /// <summary>Instruments that are gathered: a meter, or one instrument of a meter that has more than anyone reads.</summary>
    private static readonly string[] Gathered =
    [
        GroupCommitMetrics.MeterName,
        "System.Runtime",
        "Microsoft.AspNetCore.Hosting/http.server.request.duration",
        "Microsoft.AspNetCore.Server.Kestrel/kestrel.active_connections",
        "Microsoft.AspNetCore.Server.Kestrel/kestrel.connection.duration",
        "Microsoft.AspNetCore.Server.Kestrel/kestrel.rejected_connections",
    ];

    private readonly ConcurrentDictionary<Instrument, SeriesTable> _instruments = new();
    private readonly MeterListener _listener = new();

    public PrometheusMetrics()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Gathered.Contains(instrument.Meter.Name, StringComparer.Ordinal)
                || Gathered.Contains($"{instrument.Meter.Name}/{instrument.Name}", StringComparer.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument, _ => new SeriesTable(instrument)));
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((SeriesTable)state!).Add(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((SeriesTable)state!).Add(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((SeriesTable)state!).Add(value, tags));
        _listener.Start();
    }

    /// <summary>All instruments in the text format.</summary>
    public string Export()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (instrument, table) in _instruments.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal))
        {
            PrometheusText.Write(text, instrument, table.Series());
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();
}
