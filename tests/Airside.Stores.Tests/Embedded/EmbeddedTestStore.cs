using Airside.Core;
using Airside.Core.Stores;
using Airside.Stores.Embedded;
using Airside.Stores.Tests.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.Embedded;

/// <summary>An embedded store in its own directory. It serves one process, so it has one replica.</summary>
internal sealed class EmbeddedTestStore(int routesMax = Limits.RoutesMax) : ITestStore
{
    private readonly string _directory = Directory.CreateTempSubdirectory("airside-").FullName;
    private EmbeddedStore? _store;

    public FakeTimeProvider Time { get; } = new(TestTime.Start);

    public IReadOnlyList<IStore> Replicas => [_store!];

    public async ValueTask OpenAsync()
    {
        await CloseAsync();
        _store = new EmbeddedStore(
            _directory, new EmbeddedOptions(TimeSpan.FromHours(48)) { RoutesMax = routesMax }, Time, NullLogger.Instance);
        _store.Open();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private ValueTask CloseAsync() => _store?.DisposeAsync() ?? ValueTask.CompletedTask;
}
