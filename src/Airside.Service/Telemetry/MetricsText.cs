using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Airside.Service.Telemetry;

/// <summary>
/// Writes metrics for Prometheus in one of its two formats: the text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats),
/// or OpenMetrics 1.0.0 (openmetrics.io), which also has units and exemplars.
/// </summary>
internal sealed class MetricsText(bool isOpenMetrics)
{
    private readonly StringBuilder _text = new();

    public string ContentType => isOpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    public void Add(Instrument instrument, IReadOnlyList<(string Labels, Series Series)> allSeries)
    {
        if (allSeries.Count == 0)
        {
            return;
        }

        var isCounter = IsCounter(instrument);
        var isHistogram = instrument is Histogram<int> or Histogram<long> or Histogram<double>;
        var (family, sample) = NameOf(instrument, isCounter);
        var named = isOpenMetrics ? family : sample;
        var help = Escape(instrument.Description ?? "", quotes: isOpenMetrics);
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {named} {help}\n");
        _text.Append(CultureInfo.InvariantCulture, $"# TYPE {named} {(isHistogram ? "histogram" : isCounter ? "counter" : "gauge")}\n");
        if (isOpenMetrics && UnitOf(instrument) is { Length: > 0 } unit)
        {
            _text.Append(CultureInfo.InvariantCulture, $"# UNIT {named} {unit}\n");
        }

        foreach (var (labels, series) in allSeries)
        {
            Add(sample, labels, series.Read());
        }
    }

    public override string ToString() => _text + (isOpenMetrics ? "# EOF\n" : "");

    /// <summary>Returns the tags of a measurement as labels, without the braces.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            if (value is not null)
            {
                text.Append(text.Length > 0 ? "," : "").Append(Identifier(key)).Append("=\"")
                    .Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true)).Append('"');
            }
        }

        return text.ToString();
    }

    private void Add(string name, string labels, SeriesValues values)
    {
        if (values.Bounds is not { } bounds)
        {
            AddSample(name, "", labels, values.Value);
            return;
        }

        long cumulative = 0;
        for (var i = 0; i < values.Counts.Length; i++)
        {
            cumulative += values.Counts[i];
            var bound = i < bounds.Length ? Bound(bounds[i]) : "+Inf";
            AddSample(
                name,
                "_bucket",
                $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"",
                cumulative,
                isOpenMetrics ? values.Exemplars.ElementAtOrDefault(i) : null);
        }

        AddSample(name, "_sum", labels, values.Value);
        AddSample(name, "_count", labels, cumulative);
    }

    private void AddSample(string name, string suffix, string labels, double value, Exemplar? exemplar = null)
    {
        _text.Append(name).Append(suffix);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(Number(value));
        if (exemplar is not null)
        {
            var seconds = exemplar.At.ToUnixTimeMilliseconds() / 1000.0;
            _text.Append(
                CultureInfo.InvariantCulture,
                $" # {{trace_id=\"{exemplar.Span.TraceId}\",span_id=\"{exemplar.Span.SpanId}\"}} {Number(exemplar.Value)} {seconds:F3}");
        }

        _text.Append('\n');
    }

    private static bool IsCounter(Instrument instrument) => instrument
        is Counter<int> or Counter<long> or Counter<double>
        or ObservableCounter<int> or ObservableCounter<long> or ObservableCounter<double>;

    /// <summary>Returns the names of the metric and of its samples; for a counter the latter ends in <c>_total</c>.</summary>
    private static (string Family, string Sample) NameOf(Instrument instrument, bool isCounter)
    {
        var name = Identifier(instrument.Name);
        var unit = UnitOf(instrument) is { Length: > 0 } suffix ? $"_{suffix}" : "";
        var family = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return (family, isCounter ? family + "_total" : family);
    }

    private static string UnitOf(Instrument instrument) => instrument.Unit switch { "s" => "seconds", "By" => "bytes", _ => "" };

    private static string Identifier(string name) =>
        string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));

    private static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    /// <summary>Formats a bound. OpenMetrics writes an integer bound as <c>1.0</c>, the older format as <c>1</c>.</summary>
    private string Bound(double bound) => isOpenMetrics && double.IsInteger(bound) ? $"{Number(bound)}.0" : Number(bound);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
