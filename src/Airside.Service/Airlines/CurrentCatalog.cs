using Airside.Core;
using Airside.Core.Airlines;
using Airside.Service.Configuration;

namespace Airside.Service.Airlines;

/// <summary>The active catalog. Requests read it without a lock; loads replace it one at a time.</summary>
internal sealed class CurrentCatalog(
    IAirlineStore store, CatalogMetrics metrics, TimeProvider timeProvider, AirsideOptions options) : IDisposable
{
    private readonly SemaphoreSlim _loading = new(1);
    private int _loads;
    private volatile EncodedCatalog? _current;
    private bool _isSaved;

    public EncodedCatalog Current => _current ?? throw new InvalidOperationException("The catalog was read before it was opened.");

    /// <summary>Activates the saved catalog, or the built-in sample if none was ever saved.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var saved = await store.LoadAsync(cancellationToken);
        _isSaved = saved is not null;
        _current = Encode(saved ?? SampleAirlines.Catalog(timeProvider));
    }

    /// <summary>Waits until another process saves a catalog, then activates it.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read; the active catalog stays.</exception>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var known = Current.Catalog;
        var next = await store.NextAsync(_isSaved ? known : null, cancellationToken);
        await _loading.WaitAsync(cancellationToken);
        try
        {
            // A load in this process may have activated a newer one meanwhile; then the next round picks up the saved one.
            if (Current.Catalog == known)
            {
                Take(Encode(next));
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>
    /// Reads airlines, checks them all and activates them. Catalogs are activated one at a time, so two concurrent loads leave one
    /// complete catalog.
    /// </summary>
    /// <param name="source">Where they come from, as shown to users.</param>
    /// <param name="open">Opens the file.</param>
    /// <param name="expected">What the caller expects of the airlines.</param>
    /// <param name="cancellationToken">Cancels the load; the old catalog stays.</param>
    /// <exception cref="OverloadedException">Too many loads run or wait.</exception>
    /// <exception cref="UnexpectedVersionException">The airlines have another version; the old catalog stays.</exception>
    /// <exception cref="UnconfirmedLoadException">Most airlines would be dropped, unconfirmed; the old catalog stays.</exception>
    /// <exception cref="InvalidAirlineFileException">The file has errors; the old catalog stays.</exception>
    /// <exception cref="StoreUnavailableException">The catalog could not be saved; the old one stays.</exception>
    public async Task<EncodedCatalog> LoadAsync(
        string source, Func<CancellationToken, Task<Stream>> open, ExpectedLoad expected, CancellationToken cancellationToken)
    {
        try
        {
            var loaded = await LoadInTurnAsync(source, open, expected, cancellationToken);
            metrics.Loaded();
            return loaded;
        }
        catch (Exception exception)
        {
            metrics.Refused(exception);
            throw;
        }
    }

    private Task<EncodedCatalog> LoadInTurnAsync(
        string source, Func<CancellationToken, Task<Stream>> open, ExpectedLoad expected, CancellationToken cancellationToken) =>
        InTurnAsync(async () =>
        {
            // Read before taking the lock, so a slow client delays only itself.
            var catalog = Encode(await ReadAsync(source, open, cancellationToken));
            expected.EnsureVersion(catalog.Catalog);
            await _loading.WaitAsync(cancellationToken);
            try
            {
                expected.EnsureConfirmed(await SavedAsync(cancellationToken), catalog.Catalog);
                await store.ReplaceAsync(catalog.Catalog, cancellationToken);
                Take(catalog);
                return catalog;
            }
            finally
            {
                _loading.Release();
            }
        });

    /// <summary>Reads and checks all airlines as a load does, and changes nothing.</summary>
    /// <returns>The active catalog and the one that a load would replace it with.</returns>
    /// <exception cref="OverloadedException">Too many loads run or wait.</exception>
    /// <exception cref="InvalidAirlineFileException">The file has errors.</exception>
    public Task<(AirlineCatalog Before, AirlineCatalog After)> PreviewAsync(
        string source, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken) =>
        InTurnAsync(async () =>
        {
            var after = await ReadAsync(source, open, cancellationToken);
            return (Current.Catalog, after);
        });

    public void Dispose() => _loading.Dispose();

    /// <summary>Limits how many files are read concurrently.</summary>
    private async Task<T> InTurnAsync<T>(Func<Task<T>> load)
    {
        if (Interlocked.Increment(ref _loads) > Limits.CatalogLoadsMax)
        {
            Interlocked.Decrement(ref _loads);
            throw new OverloadedException(
                $"{Limits.CatalogLoadsMax} catalog loads are running or waiting, the limit {nameof(Limits.CatalogLoadsMax)}. "
                + "Nothing was changed; try again.");
        }

        try
        {
            return await load();
        }
        finally
        {
            Interlocked.Decrement(ref _loads);
        }
    }

    /// <summary>
    /// Returns the catalog that a load replaces: the saved one, because another process may have saved it a moment ago. A damaged one is
    /// what a load repairs; then it is the active one.
    /// </summary>
    private async Task<AirlineCatalog> SavedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.LoadAsync(cancellationToken) ?? Current.Catalog;
        }
        catch (StoreDamagedException)
        {
            return Current.Catalog;
        }
    }

    private EncodedCatalog Encode(AirlineCatalog catalog) => new(catalog.Assign(options.Designators));

    private void Take(EncodedCatalog catalog)
    {
        _isSaved = true;
        _current = catalog;
        catalog.BeginCompression();
    }

    private async Task<AirlineCatalog> ReadAsync(
        string source, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        await using var stream = await open(cancellationToken);
        var result = await OpenFlightsReader.ReadAsync(stream, cancellationToken);
        return result.IsValid
            ? new AirlineCatalog(result.Airlines, source, timeProvider.GetUtcNow())
            : throw new InvalidAirlineFileException(result);
    }
}

/// <summary>An airline file has errors, so nothing was changed.</summary>
internal sealed class InvalidAirlineFileException(AirlineFileResult result) : Exception("The airline file has errors.")
{
    public AirlineFileResult Result { get; } = result;
}
