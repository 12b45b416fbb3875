using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Airside.Service.Telemetry;

/// <summary>Writes the Prometheus text format.</summary>
internal static class PrometheusText
{
    /// <summary>Content type of the format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes one instrument with all its series.</summary>
    public static void Write(StringBuilder text, Instrument instrument, IReadOnlyList<(string Labels, Series Series)> allSeries)
    {
        if (allSeries.Count == 0)
        {
            return;
        }

        var isCounter = IsCounter(instrument);
        var name = NameOf(instrument, isCounter);
        var isHistogram = instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal);
        text.Append("# HELP ").Append(name).Append(' ').Append(Escape(instrument.Description ?? "", quotes: false)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(isHistogram ? " histogram\n" : isCounter ? " counter\n" : " gauge\n");
        foreach (var (labels, series) in allSeries)
        {
            var (value, bounds, counts) = series.Read();
            if (bounds is null)
            {
                WriteSample(text, name, "", labels, value);
                continue;
            }

            long cumulative = 0;
            for (var i = 0; i < counts.Length; i++)
            {
                cumulative += counts[i];
                var bound = i < bounds.Length ? Number(bounds[i]) : "+Inf";
                WriteSample(text, name, "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", cumulative);
            }

            WriteSample(text, name, "_sum", labels, value);
            WriteSample(text, name, "_count", labels, cumulative);
        }
    }

    /// <summary>The tags of a measurement as labels, without the braces.</summary>
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

    private static bool IsCounter(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        return type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal);
    }

    private static string NameOf(Instrument instrument, bool isCounter)
    {
        var name = Identifier(instrument.Name);
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return isCounter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string Identifier(string name) =>
        string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));

    private static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    private static void WriteSample(StringBuilder text, string name, string suffix, string labels, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
