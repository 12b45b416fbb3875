using System.Net;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;
using Microsoft.Extensions.Logging;

namespace Airside.Service.Tests.Telemetry;

public sealed class LogTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task In_production_every_line_is_a_JSON_object_and_one_of_a_request_has_its_trace_id()
    {
        var (output, problem) = await LogOfAFaultAsync("Production", $"00-{TraceId}-b7ad6b7169203331-01");

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();
        Assert.All(lines, line =>
        {
            Assert.Equal(JsonValueKind.Object, line.ValueKind);
            Assert.EndsWith("Z", line.GetProperty("Timestamp").GetString(), StringComparison.Ordinal);
            Assert.NotEmpty(line.GetProperty("LogLevel").GetString()!);
            Assert.NotEmpty(line.GetProperty("Message").GetString()!);
        });
        var fault = Assert.Single(lines, line => line.GetProperty("EventId").GetInt32() == 1001);
        Assert.Equal("Warning", fault.GetProperty("LogLevel").GetString());
        Assert.Contains("TraceId", fault.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(TraceId, fault.GetRawText(), StringComparison.Ordinal);
        Assert.StartsWith($"00-{TraceId}-", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_lines_of_a_request_and_its_problem_have_one_trace_id_though_the_caller_gave_none()
    {
        var (output, problem) = await LogOfAFaultAsync("Production", traceparent: null);

        var traceId = problem.Split('-')[1];
        Assert.Matches("^[0-9a-f]{32}$", traceId);
        Assert.DoesNotMatch("^0+$", traceId);
        var lines = output.Split('\n').Where(line => line.Contains("TraceId", StringComparison.Ordinal)).ToArray();
        Assert.Contains(lines, line => line.Contains("\"EventId\":1001", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains(traceId, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task In_development_every_line_is_readable_text()
    {
        var (output, _) = await LogOfAFaultAsync("Development", traceparent: null);

        Assert.DoesNotContain("{\"", output, StringComparison.Ordinal);
        Assert.Contains("info: Microsoft.Hosting.Lifetime[14] Now listening on: http://", output, StringComparison.Ordinal);
        Assert.Contains("The store is unavailable", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Information", true, true)]
    [InlineData("Warning", false, true)]
    [InlineData("error", false, false)]
    [InlineData("None", false, false)]
    public async Task The_level_of_the_log_holds_for_every_line(string level, bool hasInformation, bool hasWarning)
    {
        await using var service = await RunningService.StartAsync($"--LOG_LEVEL={level}");
        var factory = service.Get<ILoggerFactory>();

        foreach (var category in (string[])["Airside.Service", "Microsoft.Hosting.Lifetime"])
        {
            Assert.Equal(hasInformation, factory.CreateLogger(category).IsEnabled(LogLevel.Information));
            Assert.Equal(hasWarning, factory.CreateLogger(category).IsEnabled(LogLevel.Warning));
        }

        Assert.Equal(hasWarning, factory.CreateLogger("Microsoft.AspNetCore.Routing").IsEnabled(LogLevel.Warning));
        Assert.False(factory.CreateLogger("Microsoft.AspNetCore.Routing").IsEnabled(LogLevel.Information));
    }

    /// <summary>
    /// Returns the log of a service that cannot save a catalog because its directory is gone, and the trace id in its response.
    /// </summary>
    private static async Task<(string Output, string TraceId)> LogOfAFaultAsync(string environment, string? traceparent)
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(
            [("ASPNETCORE_ENVIRONMENT", environment)], directory.File("data"), "--Airside:DrainSeconds=0");
        Directory.Delete(directory.File("data"), recursive: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/load/airlines");
        request.Content = new StringContent(AirlineFiles.Small, null, "text/csv");
        if (traceparent is not null)
        {
            request.Headers.Add("traceparent", traceparent);
        }

        using var response = await service.Client.SendAsync(request);
        var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");

        service.Signal(ServiceProcess.Terminate);
        Assert.Equal(0, await service.ExitCodeAsync());
        Assert.Empty(service.Errors);
        return (service.Output, problem.GetProperty("traceId").GetString()!);
    }
}
