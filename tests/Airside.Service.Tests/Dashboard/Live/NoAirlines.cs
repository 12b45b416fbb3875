using Airside.Core.Airlines;

namespace Airside.Service.Tests.Dashboard.Live;

internal sealed class NoAirlines : IAirlineStore
{
    public Task<AirlineCatalog?> LoadAsync(CancellationToken cancellationToken) => Task.FromResult<AirlineCatalog?>(null);

    public Task<AirlineCatalog> NextAsync(AirlineCatalog? known, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task ReplaceAsync(AirlineCatalog catalog, CancellationToken cancellationToken) => throw new NotSupportedException();
}
