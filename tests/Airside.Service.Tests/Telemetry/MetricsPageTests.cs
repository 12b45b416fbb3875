using System.Diagnostics.Metrics;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Operations;
using Airside.Service.Security;
using Airside.Service.Telemetry;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Telemetry;

/// <summary>Every instrument of Airside is on the page for operators, and everything on the page is an instrument.</summary>
public sealed class MetricsPageTests
{
    private static readonly string[] Meters =
    [
        GroupCommitMetrics.MeterName, SecurityMetrics.MeterName, CatalogMetrics.MeterName, StateMetrics.MeterName,
        BackgroundWork.MeterName,
    ];

    [Fact]
    public async Task The_page_names_each_metric_of_ours_and_no_other()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (Meters.Contains(instrument.Meter.Name))
                {
                    var text = new MetricsText(isOpenMetrics: false);
                    text.Add(instrument, [("", Series.For(instrument))]);
                    lock (names)
                    {
                        names.Add(text.ToString().Split(' ')[2]);
                    }
                }
            },
        };
        listener.Start();
        using var directory = new TemporaryDirectory();
        var (certificate, key) = TestCertificate.Write(directory.Path);
        await using var service = await RunningService.StartAsync(
            "--Airside:LedgerCheckSeconds=600", $"--Airside:Tls:CertificateFile={certificate}", $"--Airside:Tls:KeyFile={key}");
        _ = service.Get<StateMetrics>();
        _ = service.Get<SecurityMetrics>();

        Assert.Equal(MetricNames.Own.Keys.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_label_on_the_page_has_a_bound_there()
    {
        var used = MetricNames.Own.Values.SelectMany(labels => labels).Distinct(StringComparer.Ordinal);
        Assert.Equal(used.Order(StringComparer.Ordinal), MetricNames.Labels.Order(StringComparer.Ordinal));
    }
}
