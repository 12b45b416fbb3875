using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Airside.Service.Tests.Fixtures;

/// <summary>An OpenTelemetry collector that decodes and keeps what it receives over HTTP (opentelemetry.io/docs/specs/otlp).</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly ConcurrentQueue<OtlpLog> _logs = new();
    private readonly ConcurrentQueue<OtlpMetric> _metrics = new();

    private OtlpReceiver(WebApplication application)
    {
        _application = application;
        application.MapPost("/v1/traces", context => TakeAsync(context, TakeSpans));
        application.MapPost("/v1/logs", context => TakeAsync(context, TakeLogs));
        application.MapPost("/v1/metrics", context => TakeAsync(context, TakeMetrics));
    }

    public string Address => _application.Urls.Single();

    public IReadOnlyCollection<OtlpSpan> Spans => _spans;

    public IReadOnlyCollection<OtlpLog> Logs => _logs;

    public IReadOnlyCollection<OtlpMetric> Metrics => _metrics;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        await receiver._application.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task TakeAsync(HttpContext context, Action<Protobuf> take)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        take(Protobuf.Parse(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    private void TakeSpans(Protobuf request)
    {
        foreach (var resource in request.Messages(1))
        {
            foreach (var scope in resource.Messages(2))
            {
                foreach (var span in scope.Messages(2))
                {
                    _spans.Enqueue(new OtlpSpan(
                        scope.Messages(1).Single().Text(1), span.Text(5), span.Number(6), span.Hex(1), span.Hex(2), span.Hex(4),
                        span.Attributes(9), [.. span.Messages(13).Select(link => (link.Hex(1), link.Hex(2)))],
                        resource.Messages(1).Single().Attributes(1)));
                }
            }
        }
    }

    private void TakeLogs(Protobuf request)
    {
        foreach (var record in request.Messages(1, 2, 2))
        {
            _logs.Enqueue(new OtlpLog(record.Messages(5).Single().Text(1), record.Hex(9), record.Hex(10)));
        }
    }

    private void TakeMetrics(Protobuf request)
    {
        foreach (var metric in request.Messages(1, 2, 2))
        {
            _metrics.Enqueue(new OtlpMetric(metric.Text(1), metric.Text(3)));
        }
    }
}

/// <summary>A span as it was sent. Kind 2 is a server, 3 a client.</summary>
internal sealed record OtlpSpan(
    string Source, string Name, ulong Kind, string TraceId, string SpanId, string ParentId, IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<(string TraceId, string SpanId)> Links, IReadOnlyDictionary<string, string> Resource);

internal sealed record OtlpLog(string Body, string TraceId, string SpanId);

internal sealed record OtlpMetric(string Name, string Unit);
