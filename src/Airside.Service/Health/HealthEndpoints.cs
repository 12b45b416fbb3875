using System.Text.Json.Serialization;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Security;

namespace Airside.Service.Health;

/// <summary>
/// <c>GET /healthz</c> tells that the process lives, <c>GET /readyz</c> whether it should get traffic.
/// </summary>
internal static class HealthEndpoints
{
    private const string Json = "application/json; charset=utf-8";

    // A probe is the first request of each start. As constants its answers need no serializer, which would take a tenth of the start.
    private const string AliveAnswer = """{"status":"alive"}""";
    private const string ReadyAnswer = """{"status":"ready"}""";
    private const string DrainingAnswer = """{"status":"draining"}""";

    /// <summary>Maps the endpoints of health.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Operation").AllowEveryone();
        group.MapGet("/healthz", () => TypedResults.Text(AliveAnswer, Json))
            .Produces<HealthAnswer>()
            .WithName("GetLiveness")
            .WithSummary("Tells that the process lives");
        group.MapGet("/readyz", Ready)
            .WithName("GetReadiness")
            .WithSummary("Tells whether the service should get traffic: not while it drains or its store is out of reach")
            .Produces<HealthAnswer>()
            .Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>
    /// A store out of reach makes the service unready. One that can be read but not written leaves it ready, because its reads go on
    /// and with the embedded store there is no other replica to send them to; the answer says so, for people and for alerts.
    /// </summary>
    private static IResult Ready(DrainLifetime lifetime, IStore store, GroupCommit commits, CurrentKeys keys)
    {
        if (lifetime.IsDraining)
        {
            return TypedResults.Text(DrainingAnswer, Json, statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        if (store.Outage is { } outage)
        {
            return TypedResults.Json(
                new HealthAnswer("store unavailable", outage), statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        var writeFault = commits.Fault ?? store.Ledger.WriteFault;
        var clockFault = store.Clock?.Fault;
        return writeFault is not null || keys.Fault is not null || clockFault is not null
            ? TypedResults.Ok(new HealthAnswer("ready", writeFault, keys.Fault, clockFault))
            : TypedResults.Text(ReadyAnswer, Json);
    }
}

/// <summary>How the service is.</summary>
/// <param name="Status"><c>alive</c>, <c>ready</c>, <c>draining</c> or <c>store unavailable</c>.</param>
/// <param name="WriteFault">Why transactions cannot be recorded at present; absent when they can.</param>
/// <param name="KeysFault">Why the file of API keys cannot be read at present; absent when it can.</param>
/// <param name="ClockFault">How the clock of this process differs from that of the store; absent when it does not.</param>
internal sealed record HealthAnswer(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WriteFault,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? KeysFault = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClockFault = null);
