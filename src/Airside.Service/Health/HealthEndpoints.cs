using System.Text.Json.Serialization;
using Airside.Core.Transactions;

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
        var group = routes.MapGroup("").WithTags("Operation");
        group.MapGet("/healthz", () => TypedResults.Text(AliveAnswer, Json))
            .Produces<HealthAnswer>()
            .WithName("GetLiveness")
            .WithSummary("Tells that the process lives");
        group.MapGet("/readyz", Ready)
            .WithName("GetReadiness")
            .WithSummary("Tells whether the service should get traffic: not while it drains")
            .Produces<HealthAnswer>()
            .Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>
    /// A store that cannot be written leaves the service ready, because its reads go on and with the embedded store there is no
    /// other replica to send them to; the answer says so, for people and for alerts.
    /// </summary>
    private static IResult Ready(DrainLifetime lifetime, ITransactionLedger ledger) => (lifetime.IsDraining, ledger.WriteFault) switch
    {
        (true, _) => TypedResults.Text(DrainingAnswer, Json, statusCode: StatusCodes.Status503ServiceUnavailable),
        (_, null) => TypedResults.Text(ReadyAnswer, Json),
        (_, var fault) => TypedResults.Ok(new HealthAnswer("ready", fault)),
    };
}

/// <summary>How the service is.</summary>
/// <param name="Status"><c>alive</c>, <c>ready</c> or <c>draining</c>.</param>
/// <param name="WriteFault">Why transactions cannot be recorded at present; absent when they can.</param>
internal sealed record HealthAnswer(
    string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WriteFault);
