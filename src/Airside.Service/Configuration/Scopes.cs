namespace Airside.Service.Configuration;

/// <summary>The scopes of keys. Each scope has an authorization policy of the same name.</summary>
internal static class Scopes
{
    /// <summary>Allows reading everything: airlines, totals, settings, metrics, documentation. Public by default.</summary>
    public const string Read = "read";

    public const string WriteTransactions = "transactions:write";

    public const string LoadAirlines = "airlines:load";

    public static IReadOnlyList<string> All { get; } = [Read, WriteTransactions, LoadAirlines];
}
