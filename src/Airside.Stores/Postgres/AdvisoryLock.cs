namespace Airside.Stores.Postgres;

/// <summary>
/// Airside's advisory locks, each as class and number. The class is <c>airs</c> in ASCII. Number 1 guards <c>ledger_state</c>; only the
/// functions of the schema acquire it.
/// </summary>
internal static class AdvisoryLock
{
    /// <summary>Held while migrations run.</summary>
    public const string Migration = Class + ", 0";

    /// <summary>Held by the process that creates and drops key partitions.</summary>
    public const string Maintenance = Class + ", 2";

    /// <summary>Held while the partition of a day is created.</summary>
    public const string NewDay = Class + ", 3";

    /// <summary>Held while hours of some routes become days.</summary>
    public const string RollUp = Class + ", 4";

    private const string Class = "1634300531";
}
