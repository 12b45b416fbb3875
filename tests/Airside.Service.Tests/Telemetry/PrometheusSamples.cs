using System.Globalization;
using System.Text.RegularExpressions;

namespace Airside.Service.Tests.Telemetry;

/// <summary>Parses the Prometheus text format, version 0.0.4, as strictly as it is specified.</summary>
internal static partial class PrometheusSamples
{
    private static readonly string[] HistogramParts = ["_bucket", "_sum", "_count"];

    /// <summary>Returns the samples by name and labels.</summary>
    /// <exception cref="FormatException">The text is not in the format.</exception>
    public static Dictionary<string, double> Parse(string text)
    {
        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        var present = "";
        if (!text.EndsWith('\n'))
        {
            throw new FormatException("The last line has no end.");
        }

        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Type().Match(line) is { Success: true } type)
            {
                present = type.Groups["name"].Value;
                Ensure(types.TryAdd(present, type.Groups["type"].Value), "a second type of the metric", line);
            }
            else if (!Help().IsMatch(line))
            {
                var sample = Sample().Match(line);
                Ensure(sample.Success, "no sample", line);
                var name = sample.Groups["name"].Value;
                Ensure(types.TryGetValue(present, out var kind) && Belongs(name, present, kind), "a sample of another metric", line);
                var number = sample.Groups["value"].Value.Replace("Inf", "Infinity", StringComparison.Ordinal);
                var value = double.Parse(number, CultureInfo.InvariantCulture);
                Ensure(samples.TryAdd(name + sample.Groups["labels"].Value, value), "a second value", line);
            }
        }

        foreach (var histogram in types.Where(type => type.Value == "histogram"))
        {
            CheckHistogram(histogram.Key, samples);
        }

        return samples;
    }

    private static bool Belongs(string name, string metric, string kind) => kind == "histogram"
        ? HistogramParts.Any(part => name == metric + part)
        : name == metric;

    /// <summary>Checks that the buckets of each label set rise to its count.</summary>
    private static void CheckHistogram(string name, Dictionary<string, double> samples)
    {
        var buckets = samples.Where(sample => sample.Key.StartsWith(name + "_bucket{", StringComparison.Ordinal))
            .GroupBy(sample => Bound().Replace(sample.Key[(name.Length + "_bucket".Length)..], ""))
            .Select(group => (Labels: group.Key.Replace("{}", "", StringComparison.Ordinal), Samples: group.ToArray()));
        foreach (var series in buckets)
        {
            var counts = series.Samples.Select(sample => sample.Value).ToArray();
            Ensure(counts.SequenceEqual(counts.Order()), "buckets that do not add up", name);
            Ensure(series.Samples[^1].Key.Contains("le=\"+Inf\"", StringComparison.Ordinal), "no last bucket", name);
            Ensure(samples.TryGetValue(name + "_count" + series.Labels, out var count) && count == counts[^1], "another count", name);
            Ensure(samples.ContainsKey(name + "_sum" + series.Labels), "no sum", name);
        }
    }

    private static void Ensure(bool holds, string fault, string line)
    {
        if (!holds)
        {
            throw new FormatException($"There is {fault}: {line}");
        }
    }

    [GeneratedRegex(
        "^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram|summary|untyped)$",
        RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Type();

    [GeneratedRegex("^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* .*$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Help();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\[\\n"])*"(,|(?=\})))+\})? """
        + "(?<value>[+-]?(Inf|NaN|[0-9.eE+-]+))$",
        RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Sample();

    [GeneratedRegex(",?le=\"[^\"]*\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Bound();
}
