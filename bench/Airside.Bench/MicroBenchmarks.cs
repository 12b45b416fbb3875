using Airside.Core.Airlines;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Bench;

/// <summary>Reading the OpenFlights file (path in <c>AIRSIDE_OPENFLIGHTS</c>) and using the catalog.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class AirlineBenchmarks
{
    private byte[] _file = [];
    private IReadOnlyList<Airline> _airlines = [];
    private AirlineCatalog? _catalog;

    [GlobalSetup]
    public void Setup()
    {
        _file = File.ReadAllBytes(Environment.GetEnvironmentVariable("AIRSIDE_OPENFLIGHTS")!);
        _airlines = OpenFlightsReader.Read(_file).Airlines;
        _catalog = Catalog();
    }

    [Benchmark]
    public AirlineFileResult ReadFile() => OpenFlightsReader.Read(_file);

    [Benchmark]
    public AirlineCatalog Catalog() => new(_airlines, "bench", DateTimeOffset.UnixEpoch);

    [Benchmark]
    public bool FindById() => _catalog!.TryGet(24, out _);

    [Benchmark]
    public bool FindByDesignator() => _catalog!.TryGetByDesignator("AR", out _);
}

/// <summary>Batch writes to the ledger, and reads from it.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class LedgerBenchmarks
{
    private const int BatchSize = 1_000;
    private readonly RecordOutcome[] _outcomes = new RecordOutcome[BatchSize];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("airside-bench-");
    private EmbeddedStore? _store;
    private Transaction[] _batch = [];

    [GlobalSetup]
    public async Task OpenAsync()
    {
        _store = EmbeddedStore.Open(_directory.FullName, TimeSpan.FromHours(1), TimeProvider.System, NullLogger.Instance);
        _batch = Workload.Create(BatchSize);
        await _store.Ledger.RecordAsync(_batch, _outcomes, CancellationToken.None);
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _store!.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public Transaction[] MakeKeys() => Workload.Create(BatchSize);

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public async Task MakeAndRecordKeys() =>
        await _store!.Ledger.RecordAsync(Workload.Create(BatchSize), _outcomes, CancellationToken.None);

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public async Task RecordRepeats() => await _store!.Ledger.RecordAsync(_batch, _outcomes, CancellationToken.None);

    [Benchmark]
    public ValueTask<long> Total() => _store!.Ledger.TotalAsync(_batch[0].Route, CancellationToken.None);

    [Benchmark]
    public ValueTask<IReadOnlyList<RouteSummary>> Top() => _store!.Ledger.TopAsync(10, CancellationToken.None);
}
