namespace Airside.Service.Security;

/// <summary>What a key may be allowed to do. The names of the scopes are the names of their authorization policies, too.</summary>
internal static class Scopes
{
    /// <summary>To read everything: airlines, totals, settings, metrics, documentation. Public unless configured otherwise.</summary>
    public const string Read = "read";

    /// <summary>To record transactions.</summary>
    public const string WriteTransactions = "transactions:write";

    /// <summary>To replace the airline catalog.</summary>
    public const string LoadAirlines = "airlines:load";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, WriteTransactions, LoadAirlines];
}
