namespace Airside.Stores.Postgres;

/// <summary>
/// Airside's advisory locks, each as class and number. The class is <c>airs</c> in ASCII. Number 1 guards <c>ledger_state</c>; only the
/// functions of the schema take it.
/// </summary>
internal static class AdvisoryLock
{
    /// <summary>Held while the schema takes steps.</summary>
    public const string Migration = Class + ", 0";

    /// <summary>Held by the process that makes and drops the days of the keys.</summary>
    public const string Maintenance = Class + ", 2";

    /// <summary>Held while the partition of one day is made.</summary>
    public const string NewDay = Class + ", 3";

    private const string Class = "1634300531";
}
