namespace Airside.Core.Transactions;

/// <summary>
/// The store has as many routes as it may hold and refuses transactions of new ones. Nothing of the batch was recorded; the rest of it can
/// be recorded without them.
/// </summary>
public sealed class RoutesLimitException : TransactionRefusedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The limit, its cause and the way out.</param>
    /// <param name="indexes">Positions of the refused transactions in their batch, ascending.</param>
    /// <param name="innerException">The exception that this one repeats for one caller, or null.</param>
    public RoutesLimitException(string message, IReadOnlyList<int> indexes, Exception? innerException = null)
        : base(message, innerException) => Indexes = indexes;

    /// <summary>Positions of the refused transactions in their batch, ascending; at least one.</summary>
    public IReadOnlyList<int> Indexes { get; }
}
