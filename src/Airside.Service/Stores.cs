using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Security;
using Airside.Service.Telemetry;
using Airside.Service.Transactions;
using Airside.Stores.DynamoDb;
using Airside.Stores.Embedded;
using Airside.Stores.Postgres;

namespace Airside.Service;

/// <summary>Opens the configured store.</summary>
internal static class Stores
{
    /// <summary>Adds the store with its ledger and airlines, and the group commit in front of the ledger.</summary>
    public static void AddStore(this WebApplicationBuilder builder, AirsideOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => Ready(Make(
            options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>())));
        services.AddSingleton<ITransactionLedger>(provider => provider.GetRequiredService<IStore>().Ledger);
        services.AddSingleton<IAirlineStore>(provider => provider.GetRequiredService<IStore>().Airlines);
        services.AddSingleton<GroupCommitMetrics>();
        services.AddSingleton(provider => new GroupCommit(
            provider.GetRequiredService<ITransactionLedger>(),
            provider.GetRequiredService<GroupCommitMetrics>(),
            work: new BackgroundWork(
                "telemetry of commits",
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<GroupCommit>>())));
        services.AddSingleton<TransactionLog>();
        services.AddSingleton<Recorder>();
        services.AddSingleton(_ => BatchEndpoint.Limiter());
        services.AddSingleton<ServiceState>();
        LedgerCheck.Add(services, options.LedgerCheckEvery);
    }

    /// <summary>
    /// Telemetry asks for the parts of the store before the service opens it. Those of a database are there by then; those of the data
    /// directory are what was read from it.
    /// </summary>
    private static IStore Ready(IStore store)
    {
        (store as EmbeddedStore)?.Open();
        return store;
    }

    /// <summary>Makes the store that the settings name. What it holds is read, and the data directory locked, when it is opened.</summary>
    public static IStore Make(AirsideOptions options, TimeProvider timeProvider, ILoggerFactory loggers) => options.Store switch
    {
        "postgres" => new PostgresStore(options.Postgres, options.KeyWindow, loggers.CreateLogger<PostgresStore>()),
        "dynamodb" => new DynamoDbStore(options.DynamoDb, options.KeyWindow, timeProvider, loggers.CreateLogger<DynamoDbStore>()),
        _ => new EmbeddedStore(options.DataDirectory, options.KeyWindow, timeProvider, loggers.CreateLogger<EmbeddedStore>()),
    };

    /// <summary>Recovers the ledger and takes the catalog into force. Nothing is listened on before.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be opened.</exception>
    /// <exception cref="StoreDamagedException">What it holds is not what was written.</exception>
    public static async Task OpenStoreAsync(this WebApplication app)
    {
        await app.Services.GetRequiredService<IStore>().OpenAsync(CancellationToken.None);
        await app.Services.GetRequiredService<CurrentCatalog>().OpenAsync(CancellationToken.None);
        _ = app.Services.GetRequiredService<Recorder>();
        app.UseDescriptorLimit();
    }
}
