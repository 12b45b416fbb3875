using System.Diagnostics;
using System.Diagnostics.Metrics;
using Airside.Core;
using Amazon;
using Amazon.Runtime.Telemetry;
using Amazon.Runtime.Telemetry.Metrics;
using Amazon.Runtime.Telemetry.Tracing;
using DotNetMeter = System.Diagnostics.Metrics.Meter;
using SdkMeter = Amazon.Runtime.Telemetry.Metrics.Meter;

namespace Airside.Stores.DynamoDb;

/// <summary>Connects metrics and traces of the AWS SDK to those of .NET; without it, the SDK reports neither.</summary>
internal static class AwsTelemetry
{
    private static readonly Lazy<bool> Registered = new(() =>
    {
        AWSConfigs.TelemetryProvider.RegisterMeterProvider(new Meters());
        AWSConfigs.TelemetryProvider.RegisterTracerProvider(new Tracers());
        return true;
    });

    /// <summary>
    /// Registers both, once per process. Names of meters start with <c>AWSSDK</c>; spans belong to <see cref="Traces"/>.
    /// </summary>
    public static void Register() => _ = Registered.Value;

    private static TagList Tags(Attributes? attributes)
    {
        var tags = default(TagList);
        foreach (var (key, value) in attributes?.AllAttributes ?? [])
        {
            tags.Add(key, value);
        }

        return tags;
    }

    private sealed class Meters : MeterProvider
    {
        public override SdkMeter GetMeter(string scope, Attributes? attributes = null) => new Measuring(new DotNetMeter(scope));
    }

    private sealed class Measuring(DotNetMeter meter) : SdkMeter
    {
        public override Amazon.Runtime.Telemetry.Metrics.UpDownCounter<T> CreateUpDownCounter<T>(
            string name, string? units = null, string? description = null) =>
            new Level<T>(meter.CreateUpDownCounter<T>(name, units, description));

        public override MonotonicCounter<T> CreateMonotonicCounter<T>(
            string name, string? units = null, string? description = null) =>
            new Count<T>(meter.CreateCounter<T>(name, units, description));

        public override Amazon.Runtime.Telemetry.Metrics.Histogram<T> CreateHistogram<T>(
            string name, string? units = null, string? description = null) =>
            new Distribution<T>(meter.CreateHistogram<T>(name, units, description));

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                meter.Dispose();
            }
        }
    }

    private sealed class Level<T>(System.Diagnostics.Metrics.UpDownCounter<T> counter) : Amazon.Runtime.Telemetry.Metrics.UpDownCounter<T>
        where T : struct
    {
        public override void Add(T value, Attributes? attributes = null) => counter.Add(value, Tags(attributes));
    }

    private sealed class Count<T>(Counter<T> counter) : MonotonicCounter<T>
        where T : struct
    {
        public override void Add(T value, Attributes? attributes = null) => counter.Add(value, Tags(attributes));
    }

    private sealed class Distribution<T>(System.Diagnostics.Metrics.Histogram<T> histogram)
        : Amazon.Runtime.Telemetry.Metrics.Histogram<T>
        where T : struct
    {
        public override void Record(T value, Attributes? attributes = null) => histogram.Record(value, Tags(attributes));
    }

    private sealed class Tracers : TracerProvider
    {
        public override Tracer GetTracer(string scope) => new Tracing();
    }

    private sealed class Tracing : Tracer
    {
        public override TraceSpan CreateSpan(
            string name, Attributes? initialAttributes = null, SpanKind spanKind = SpanKind.INTERNAL, SpanContext? parentContext = null)
        {
            if (Traces.Recorded is null)
            {
                return new Span(null);
            }

            var kind = spanKind == SpanKind.CLIENT ? ActivityKind.Client : ActivityKind.Internal;
            return new Span(Traces.Source.StartActivity(name, kind, default(ActivityContext), Tags(initialAttributes)));
        }
    }

    private sealed class Span(Activity? activity) : TraceSpan
    {
        public override void EmitEvent(string name, Attributes? attributes = null) =>
            activity?.AddEvent(new ActivityEvent(name, tags: [.. Tags(attributes)]));

        public override void SetAttribute(string key, object value) => activity?.SetTag(key, value);

        public override void SetStatus(SpanStatus spanStatus) => activity?.SetStatus(
            spanStatus switch
            {
                SpanStatus.ERROR => ActivityStatusCode.Error,
                SpanStatus.OK => ActivityStatusCode.Ok,
                _ => ActivityStatusCode.Unset,
            });

        public override void RecordException(Exception exception, Attributes? attributes = null) =>
            activity?.AddException(exception, Tags(attributes));

        public override void End() => activity?.Stop();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                End();
            }
        }
    }
}
