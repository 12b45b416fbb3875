using System.Reflection;
using System.Text.Json;
using Airside.Core;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Operations;

/// <summary><c>GET /api/v1/info</c>.</summary>
internal static class InfoEndpoint
{
    private static readonly Lazy<SortedDictionary<string, long>> AllLimits = new(ReadLimits);

    public static IReadOnlyDictionary<string, long> Limits => AllLimits.Value;

    public static void MapInfo(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/info", Show)
            .WithTags("Operation")
            .WithName("GetInfo")
            .WithSummary("Shows version, commit, store, key window, state, catalog and limits")
            .RequireScope(Scopes.Read);

    private static Ok<InfoResponse> Show(
        AirsideOptions options, CurrentCatalog catalog, ServiceState state, BoundedListenerFactory listeners)
    {
        var current = catalog.Current.Catalog;
        return TypedResults.Ok(new InfoResponse(
            "Airside",
            BuildVersion.Current.Version,
            BuildVersion.Current.Commit,
            options.Store,
            options.KeyWindow.TotalHours,
            state.Read(),
            new CatalogInfo(current.Version, current.Source, current.IsSample, current.Airlines.Count, current.LoadedAt),
            RequestLimits.Describe(options.Security),
            listeners.ConnectionsMax,
            AllLimits.Value));
    }

    private static SortedDictionary<string, long> ReadLimits()
    {
        var limits = typeof(Core.Limits).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral);
        return new SortedDictionary<string, long>(
            limits.ToDictionary(
                field => JsonNamingPolicy.CamelCase.ConvertName(field.Name),
                field => Convert.ToInt64(field.GetRawConstantValue()),
                StringComparer.Ordinal),
            StringComparer.Ordinal);
    }
}

/// <summary>The running service.</summary>
/// <param name="Name">Always <c>Airside</c>.</param>
/// <param name="Version">Version of the service.</param>
/// <param name="Commit">Commit that it was built from.</param>
/// <param name="Store">Kind of store.</param>
/// <param name="KeyWindowHours">Minimum time for which transaction keys are remembered, in hours.</param>
/// <param name="State">Its current state.</param>
/// <param name="Airlines">The active catalog.</param>
/// <param name="RequestLimits">Limits on a client's requests; null when the service requires no key and listens on loopback only.</param>
/// <param name="ConnectionsMax">
/// Connections that this process serves at once; fewer than the limit <c>connectionsMax</c> if the system allows it too few files.
/// </param>
/// <param name="Limits">Every limit by name; the name ends with its unit.</param>
internal sealed record InfoResponse(
    string Name, string Version, string Commit, string Store, double KeyWindowHours, StateResponse State, CatalogInfo Airlines,
    RequestLimitsResponse? RequestLimits, int ConnectionsMax, IReadOnlyDictionary<string, long> Limits);

/// <summary>The active catalog.</summary>
/// <param name="Version">Identifies its content.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="IsSample">Whether it is the built-in sample rather than a real load.</param>
/// <param name="Count">Number of airlines.</param>
/// <param name="LoadedAt">When it was loaded.</param>
internal sealed record CatalogInfo(string Version, string Source, bool IsSample, int Count, DateTimeOffset LoadedAt);
