using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Shared;

/// <summary>
/// Names in a store that this version would store in another form: routes in another spelling or that are not flight designators, and keys
/// in quotes. A store with such names would count a route or a key twice, so it is converted first.
/// </summary>
internal sealed class EarlierNames
{
    private readonly SortedSet<string> _examples = new(StringComparer.Ordinal);

    /// <summary>Whether there are any.</summary>
    public bool Any => _examples.Count > 0;

    public void Add(FlightRoute route)
    {
        if (_examples.Count < Limits.EarlierNamesShown && !route.IsCanonical)
        {
            _examples.Add(route.ToString());
        }
    }

    public void Add(TransactionKey key)
    {
        if (_examples.Count < Limits.EarlierNamesShown && !key.IsCanonical)
        {
            _examples.Add(key.ToString());
        }
    }

    /// <summary>Creates the refusal of a store.</summary>
    /// <param name="store">The store, as the start of a sentence.</param>
    public StoreUnavailableException Refusal(string store) => Refusal(store, string.Join(", ", _examples));

    /// <inheritdoc cref="Refusal(string)"/>
    public static StoreUnavailableException Refusal(string store, string examples) => new(
        $"{store} holds names that an earlier version kept apart and this one does not: {examples}. No name was changed. Stop the service "
        + "and convert the store: 'Airside.Service export FILE' merges spellings and asks about names that are not flight designators, and "
        + "'Airside.Service import FILE' fills a new store. See docs/operate/move.md.");
}
