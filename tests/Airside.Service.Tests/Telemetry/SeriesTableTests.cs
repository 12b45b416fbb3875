using System.Diagnostics.Metrics;
using Airside.Core;
using Airside.Service.Telemetry;

namespace Airside.Service.Tests.Telemetry;

public sealed class SeriesTableTests : IDisposable
{
    private readonly Meter _meter = new("Airside.Service.Tests.SeriesTable");
    private readonly SeriesTable _table;

    public SeriesTableTests() => _table = new SeriesTable(_meter.CreateCounter<long>("count"));

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void Each_set_of_tags_has_a_sum_of_its_own_also_where_their_hashes_are_the_same()
    {
        // Same length, same middle and last character: "aXbXc" and "dXbXc" have the same hash.
        string[] texts = ["aXbXc", "dXbXc", "", "x", "y"];
        object?[] values = [.. texts, 200, 404, true, null];
        for (var round = 1; round <= 3; round++)
        {
            foreach (var (first, second) in values.SelectMany(first => values.Select(second => (first, second))))
            {
                _table.Add(1, [new("first", first), new("second", second)]);
            }
        }

        _table.Add(1, [new("first", "x")]);
        _table.Add(1, [new("other", "x")]);
        _table.Add(1, []);

        var sums = _table.Series().Select(pair => pair.Series.Read().Value).ToArray();
        Assert.Equal((values.Length * values.Length) + 3, sums.Length);
        Assert.Equal(3, sums.Count(sum => sum == 1));
        Assert.Equal(values.Length * values.Length, sums.Count(sum => sum == 3));
    }

    [Fact]
    public void What_is_past_the_limit_is_left_out_and_what_was_there_goes_on()
    {
        for (var tag = 0; tag < Limits.MetricSeriesMax + 10; tag++)
        {
            _table.Add(1, [new("tag", tag)]);
        }

        _table.Add(1, [new("tag", 0)]);
        Assert.Equal(Limits.MetricSeriesMax, _table.Series().Count);
        var zero = Assert.Single(_table.Series(), pair => pair.Labels.Contains("\"0\"", StringComparison.Ordinal));
        Assert.Equal(2, zero.Series.Read().Value);
        Assert.DoesNotContain(_table.Series(), pair => pair.Labels.Contains($"\"{Limits.MetricSeriesMax}\"", StringComparison.Ordinal));

        _table.Clear();
        Assert.Empty(_table.Series());
        _table.Add(1, [new("tag", Limits.MetricSeriesMax)]);
        Assert.Equal(1, Assert.Single(_table.Series()).Series.Read().Value);
    }

    [Fact]
    public async Task Nothing_is_lost_while_others_add_series()
    {
        const int Tasks = 4;
        const int Tags = 500;
        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Tags * 10; i++)
            {
                _table.Add(1, [new("tag", i % Tags)]);
            }
        })));

        Assert.Equal(Tags, _table.Series().Count);
        Assert.All(_table.Series(), pair => Assert.Equal(Tasks * 10, pair.Series.Read().Value));
    }
}
