using System.Text.Json.Serialization;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Airside.Service.Hosting;
using Airside.Service.Security;

namespace Airside.Service.Operations;

/// <summary><c>GET /healthz</c> reports that the process is alive, <c>GET /readyz</c> whether it should get traffic.</summary>
internal static class HealthEndpoints
{
    private const string Json = "application/json; charset=utf-8";

    // A probe is the first request after each start. Constant responses need no serializer, which would take a tenth of the startup time.
    private const string AliveResponse = """{"status":"alive"}""";
    private const string ReadyResponse = """{"status":"ready"}""";
    private const string DrainingResponse = """{"status":"draining"}""";

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Operation").AllowEveryone();
        group.MapGet("/healthz", () => TypedResults.Text(AliveResponse, Json))
            .Produces<HealthResponse>()
            .WithName("GetLiveness")
            .WithSummary("Reports that the process is alive");
        group.MapGet("/readyz", Ready)
            .WithName("GetReadiness")
            .WithSummary("Reports whether the service should get traffic: not while it drains or its store is unreachable")
            .Produces<HealthResponse>()
            .Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>
    /// An unreachable store makes the service unready. A store that can be read but not written leaves it ready, because reads continue
    /// and the embedded store has no other replica to send them to; the response reports the fault, for people and alerts.
    /// </summary>
    private static IResult Ready(DrainLifetime lifetime, IStore store, GroupCommit commits, CurrentKeys keys)
    {
        if (lifetime.IsDraining)
        {
            return TypedResults.Text(DrainingResponse, Json, statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        if (store.Outage is { } outage)
        {
            return TypedResults.Json(
                new HealthResponse("store unavailable", outage), statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        var writeFault = commits.Fault ?? store.Ledger.WriteFault;
        var clockFault = store.Clock?.Fault;
        return writeFault is not null || keys.Fault is not null || clockFault is not null
            ? TypedResults.Ok(new HealthResponse("ready", writeFault, keys.Fault, clockFault))
            : TypedResults.Text(ReadyResponse, Json);
    }
}

/// <summary>The health of the service.</summary>
/// <param name="Status"><c>alive</c>, <c>ready</c>, <c>draining</c> or <c>store unavailable</c>.</param>
/// <param name="WriteFault">Why transactions currently cannot be recorded; absent when they can.</param>
/// <param name="KeysFault">Why the file of API keys currently cannot be read; absent when it can.</param>
/// <param name="ClockFault">How the clock of this process differs from that of the store; absent when it does not.</param>
internal sealed record HealthResponse(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WriteFault,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? KeysFault = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClockFault = null);
