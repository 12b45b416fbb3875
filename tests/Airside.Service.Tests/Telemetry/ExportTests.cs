using System.Net;
using System.Net.Sockets;
using Airside.Service.Tests.Fixtures;
using Airside.Service.Tests.Stores;

namespace Airside.Service.Tests.Telemetry;

/// <summary>What is sent to a collector over OTLP, decoded as a collector does.</summary>
[Trait("Category", "Slow")]
public sealed class ExportTests : IDisposable
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string CallerId = "b7ad6b7169203331";
    private const ulong Server = 2;
    private const ulong Client = 3;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Trait("Category", "Tool")]
    public async Task A_transaction_is_one_connected_trace_over_HTTP_group_commit_and_PostgreSQL()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await PostgresService.MigrateAsync(database);
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var service = await StartAsync(
            receiver.Address, "--Airside:Store=postgres", $"--ConnectionStrings:Airside={database}", PostgresService.Patient))
        {
            // The first one of a day also creates its key partition.
            await RecordAsync(service, "00", HttpStatusCode.Created);
            await RecordAsync(service, "01", HttpStatusCode.Created);
            await StopAsync(service);
        }

        var trace = receiver.Spans.Where(span => span.TraceId == TraceId).ToArray();
        var request = Assert.Single(trace, span => span.Source == "Airside" && span.Kind == Server);
        var batch = Assert.Single(trace, span => span.Name == "commit batch");
        var command = Assert.Single(trace, span => span.Source == "Npgsql");
        Assert.Equal(3, trace.Length);
        Assert.Equal((CallerId, Server), (request.ParentId, request.Kind));
        Assert.Equal("POST /api/v1/routes/{route}/transactions", request.Name);
        Assert.Equal("POST", request.Attributes["http.request.method"]);
        Assert.Equal("http", request.Attributes["url.scheme"]);
        Assert.Equal("/api/v1/routes/AR1133/transactions", request.Attributes["url.path"]);
        Assert.Equal("1.1", request.Attributes["network.protocol.version"]);
        Assert.Equal("127.0.0.1", request.Attributes["server.address"]);
        Assert.Equal("201", request.Attributes["http.response.status_code"]);
        Assert.Equal("/api/v1/routes/{route}/transactions", request.Attributes["http.route"]);
        Assert.Equal(("Airside", request.SpanId, "1"), (batch.Source, batch.ParentId, batch.Attributes["airside.batch.transactions"]));
        Assert.Equal((batch.SpanId, Client), (command.ParentId, command.Kind));
        Assert.Equal("postgresql", command.Attributes["db.system.name"]);
        Assert.Equal("SELECT", command.Name);

        var line = Assert.Single(receiver.Logs, log => log.Body == "A transaction was recorded");
        Assert.Equal((TraceId, request.SpanId), (line.TraceId, line.SpanId));
    }

    [Fact]
    public async Task With_the_embedded_store_the_journal_is_part_of_the_trace_and_the_console_has_its_id()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await StartAsync(receiver.Address);
        await RecordAsync(service, "01", HttpStatusCode.Created);
        await StopAsync(service);

        var trace = receiver.Spans.Where(span => span.TraceId == TraceId).ToDictionary(span => span.Name, StringComparer.Ordinal);
        Assert.Equal(trace["commit batch"].SpanId, trace["append to journal"].ParentId);
        Assert.All(trace.Values, span => Assert.Equal("airside", span.Resource["service.name"]));
        Assert.All(trace.Values, span => Assert.NotEmpty(span.Resource["service.version"]));
        Assert.Contains(
            service.Output.Split('\n'),
            line => line.Contains("\"EventId\":1401", StringComparison.Ordinal) && line.Contains(TraceId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_are_sent_under_their_names_and_units_at_the_latest_when_the_service_ends()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await StartAsync(receiver.Address);
        await RecordAsync(service, "00", HttpStatusCode.Created);
        await StopAsync(service);

        foreach (var (name, unit) in (ReadOnlySpan<(string, string)>)
        [
            ("airside.transactions", "{transaction}"), ("airside.commit.duration", "s"), ("airside.store.available", "1"),
            ("http.server.request.duration", "s"), ("dotnet.process.memory.working_set", "By"),
        ])
        {
            Assert.Contains(receiver.Metrics, metric => metric.Name == name && metric.Unit == unit);
        }
    }

    [Fact]
    public async Task All_is_sent_at_the_end_though_the_pool_has_a_single_thread()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await ServiceProcess.StartAsync(
            [("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address), ("DOTNET_ThreadPool_ForceMaxWorkerThreads", "1")],
            _directory.File("data"),
            "--Airside:DrainSeconds=0");
        await RecordAsync(service, "01", HttpStatusCode.Created);
        await StopAsync(service);

        Assert.Contains(receiver.Spans, span => span.TraceId == TraceId);
        Assert.Contains(receiver.Metrics, metric => metric.Name == "airside.transactions");
        Assert.Contains(receiver.Logs, log => log.TraceId == TraceId);
    }

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER")]
    [InlineData("OTEL_METRICS_EXPORTER")]
    [InlineData("OTEL_LOGS_EXPORTER")]
    public async Task What_is_not_to_be_sent_is_not_and_the_rest_is(string setting)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await StartAsync(receiver.Address, $"--{setting}=none");
        await RecordAsync(service, "01", HttpStatusCode.Created);
        Assert.Contains("airside_transactions_total", await service.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
        await StopAsync(service);

        Assert.Equal(setting != "OTEL_TRACES_EXPORTER", receiver.Spans.Any(span => span.TraceId == TraceId));
        Assert.Equal(setting != "OTEL_METRICS_EXPORTER", receiver.Metrics.Any(metric => metric.Name == "airside.transactions"));
        Assert.Equal(setting != "OTEL_LOGS_EXPORTER", receiver.Logs.Any(log => log.TraceId == TraceId));
        Assert.Contains(TraceId, service.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("parentbased_traceidratio", "00", "1", false)]
    [InlineData("parentbased_traceidratio", "01", "0", true)]
    [InlineData("parentbased_traceidratio", null, "0", false)]
    [InlineData("parentbased_traceidratio", null, "1", true)]
    [InlineData("parentbased_always_on", "00", "0", false)]
    [InlineData("parentbased_always_on", null, "0", true)]
    [InlineData("parentbased_always_off", null, "1", false)]
    [InlineData("traceidratio", "00", "1", true)]
    [InlineData("traceidratio", "01", "0", false)]
    [InlineData("always_on", "00", "0", true)]
    [InlineData("always_off", "01", "1", false)]
    public async Task The_sampler_says_whether_the_caller_decides_and_which_share_is_kept(
        string sampler, string? flags, string share, bool isKept)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await StartAsync(
            receiver.Address, $"--OTEL_TRACES_SAMPLER={sampler}", $"--OTEL_TRACES_SAMPLER_ARG={share}");
        await RecordAsync(service, flags, HttpStatusCode.Created);
        await StopAsync(service);

        if (!isKept)
        {
            Assert.Empty(receiver.Spans);
            return;
        }

        var trace = receiver.Spans.ToDictionary(span => span.Name, StringComparer.Ordinal);
        Assert.Equal(3, trace.Count);
        Assert.Single(trace.Values.Select(span => span.TraceId).Distinct());
        Assert.Equal(trace["POST /api/v1/routes/{route}/transactions"].SpanId, trace["commit batch"].ParentId);
        Assert.Equal(trace["commit batch"].SpanId, trace["append to journal"].ParentId);
    }

    [Fact]
    public async Task Of_requests_without_a_trace_their_share_is_kept()
    {
        const int Requests = 1_000;
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await StartAsync(receiver.Address, "--OTEL_TRACES_SAMPLER_ARG=0.5");
        for (var i = 0; i < Requests; i++)
        {
            using var response = await service.Client.GetAsync("/healthz");
        }

        await StopAsync(service);

        // Ten standard deviations of a fair coin to either side.
        Assert.InRange(receiver.Spans.Count, 340, 660);
        Assert.Equal(receiver.Spans.Count, receiver.Spans.Select(span => span.TraceId).Distinct().Count());
    }

    [Fact]
    public async Task Of_a_request_its_span_has_neither_the_query_nor_a_method_of_the_callers_making()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await StartAsync(receiver.Address);
        using var response = await service.Client.SendAsync(
            new HttpMethod("BREW"), "/api/v1/info?api_key=pasted", ("traceparent", $"00-{TraceId}-{CallerId}-01"));
        await StopAsync(service);

        var request = Assert.Single(receiver.Spans, span => span.Source == "Airside" && span.Kind == Server);
        Assert.Equal("HTTP", request.Name.Split(' ')[0]);
        Assert.Equal(("_OTHER", "BREW"), (request.Attributes["http.request.method"], request.Attributes["http.request.method_original"]));
        Assert.Equal("/api/v1/info", request.Attributes["url.path"]);
        Assert.DoesNotContain(request.Attributes, attribute => attribute.Value.Contains("pasted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fetch_of_airlines_carries_the_trace_on_and_is_part_of_it()
    {
        var heads = new List<string>();
        await using var source = new SourceServer(
            path => SourceServer.Ok(System.Text.Encoding.UTF8.GetBytes(AirlineFiles.Small)), head: heads.Add);
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var service = await StartAsync(
            receiver.Address,
            $"--Airside:Airlines:Source={source.Origin}/airlines.dat",
            $"--Airside:Airlines:AllowedHosts={source.Origin}");
        using var response = await service.Client.SendAsync(
            HttpMethod.Post, "/api/v1/load/airlines", ("traceparent", $"00-{TraceId}-{CallerId}-01"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await StopAsync(service);

        var fetch = Assert.Single(receiver.Spans, span => span.Source == "System.Net.Http" && span.TraceId == TraceId);
        Assert.Contains($"traceparent: 00-{TraceId}-{fetch.SpanId}-01", Assert.Single(heads), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_collector_that_is_away_or_silent_holds_up_neither_requests_nor_the_end(bool isSilent)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        if (!isSilent)
        {
            listener.Stop();
        }

        await using var service = await StartAsync($"http://127.0.0.1:{port}");
        await RecordAsync(service, "01", HttpStatusCode.Created);
        await StopAsync(service);
    }

    [Fact]
    public async Task Without_a_collector_nothing_of_OpenTelemetry_is_loaded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reason: what a process has loaded is read as Linux shows it");
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var sending = await StartAsync(receiver.Address);
        await using var plain = await StartAsync(endpoint: null);
        foreach (var service in new[] { sending, plain })
        {
            await RecordAsync(service, "01", HttpStatusCode.Created);
            using var metrics = await service.Client.GetAsync("/metrics");
        }

        const string Library = "OpenTelemetry";
        Assert.Contains(Library, await File.ReadAllTextAsync($"/proc/{sending.Id}/maps"), StringComparison.Ordinal);
        Assert.DoesNotContain(Library, await File.ReadAllTextAsync($"/proc/{plain.Id}/maps"), StringComparison.Ordinal);
    }

    private Task<ServiceProcess> StartAsync(string? endpoint, params string[] arguments) => ServiceProcess.StartAsync(
        endpoint is null ? [] : [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)],
        _directory.File($"{Guid.NewGuid()}"),
        ["--Airside:DrainSeconds=0", .. arguments]);

    private static async Task RecordAsync(ServiceProcess service, string? flags, HttpStatusCode expected)
    {
        using var response = flags is null
            ? await service.Client.SendAsync(HttpMethod.Post, "/api/v1/routes/AR1133/transactions")
            : await service.Client.SendAsync(
                HttpMethod.Post, "/api/v1/routes/AR1133/transactions", ("traceparent", $"00-{TraceId}-{CallerId}-{flags}"));
        Assert.Equal(expected, response.StatusCode);
    }

    private static async Task StopAsync(ServiceProcess service)
    {
        service.Signal(ServiceProcess.Terminate);
        Assert.Equal(0, await service.ExitCodeAsync());
        Assert.Empty(service.Errors);
    }
}
