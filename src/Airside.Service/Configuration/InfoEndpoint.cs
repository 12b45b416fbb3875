using System.Reflection;
using System.Text.Json;
using Airside.Core;
using Airside.Service.Airlines;
using Airside.Service.Security;
using Airside.Service.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Configuration;

/// <summary><c>GET /api/v1/info</c>.</summary>
internal static class InfoEndpoint
{
    private static readonly Lazy<SortedDictionary<string, long>> AllLimits = new(ReadLimits);

    /// <summary>Version of this build, and the commit that it was made from.</summary>
    public static (string Version, string Commit) Build { get; } = ReadBuild();

    /// <summary>Every limit by name.</summary>
    public static IReadOnlyDictionary<string, long> Limits => AllLimits.Value;

    /// <summary>Maps the endpoint.</summary>
    public static void MapInfo(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/info", Show)
            .WithTags("Operation")
            .WithName("GetInfo")
            .WithSummary("Shows version, commit, store, key window, state, catalog and limits")
            .RequireScope(Scopes.Read);

    private static Ok<InfoAnswer> Show(AirsideOptions options, CurrentCatalog catalog, ServiceState state)
    {
        var current = catalog.Current.Catalog;
        return TypedResults.Ok(new InfoAnswer(
            "Airside",
            Build.Version,
            Build.Commit,
            options.Store,
            options.KeyWindow.TotalHours,
            state.Read(),
            new CatalogInfo(current.Version, current.Source, current.IsSample, current.Airlines.Count, current.LoadedAt),
            RequestLimits.Describe(options.Security),
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

    private static (string Version, string Commit) ReadBuild()
    {
        var version = typeof(InfoEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return version.Split('+') is [var number, var commit] ? (number, commit) : (version, "unknown");
    }
}

/// <summary>What runs here.</summary>
/// <param name="Name">Always <c>Airside</c>.</param>
/// <param name="Version">Version of the service.</param>
/// <param name="Commit">Commit that it was built from.</param>
/// <param name="Store">Kind of store.</param>
/// <param name="KeyWindowHours">How long transaction keys are remembered at least, in hours.</param>
/// <param name="State">How it is at present.</param>
/// <param name="Airlines">The catalog in force.</param>
/// <param name="RequestLimits">How much a client may ask; null where the service is for the people of its machine alone.</param>
/// <param name="Limits">Every limit by name, its unit last in the name.</param>
internal sealed record InfoAnswer(
    string Name, string Version, string Commit, string Store, double KeyWindowHours, StateAnswer State, CatalogInfo Airlines,
    RequestLimitsAnswer? RequestLimits, IReadOnlyDictionary<string, long> Limits);

/// <summary>The catalog in force.</summary>
/// <param name="Version">Names its content.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="IsSample">Whether it is the built-in sample rather than a real load.</param>
/// <param name="Count">Number of airlines.</param>
/// <param name="LoadedAt">When it was loaded.</param>
internal sealed record CatalogInfo(string Version, string Source, bool IsSample, int Count, DateTimeOffset LoadedAt);
