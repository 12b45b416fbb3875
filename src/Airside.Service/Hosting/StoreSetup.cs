using Airside.Core.Airlines;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Airside.Service.Configuration;
using Airside.Stores.DynamoDb;
using Airside.Stores.Embedded;
using Airside.Stores.Postgres;

namespace Airside.Service.Hosting;

/// <summary>Creates the configured store.</summary>
internal static class StoreSetup
{
    public static void AddStore(this WebApplicationBuilder builder, AirsideOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(provider => Readable(Create(
            options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>())));
        services.AddSingleton<ITransactionLedger>(provider => provider.GetRequiredService<IStore>().Ledger);
        services.AddSingleton<IAirlineStore>(provider => provider.GetRequiredService<IStore>().Airlines);
    }

    /// <summary>Creates the configured store. Opening it reads its content and locks the data directory.</summary>
    public static IStore Create(AirsideOptions options, TimeProvider timeProvider, ILoggerFactory loggers) => options.Store switch
    {
        "postgres" => new PostgresStore(options.Postgres, options.KeyWindow, loggers.CreateLogger<PostgresStore>()),
        "dynamodb" => new DynamoDbStore(options.DynamoDb, options.KeyWindow, timeProvider, loggers.CreateLogger<DynamoDbStore>()),
        _ => new EmbeddedStore(options.DataDirectory, options.KeyWindow, timeProvider, loggers.CreateLogger<EmbeddedStore>()),
    };

    /// <summary>
    /// Opens an embedded store. Telemetry uses the store's parts before the service opens it: a database has them from the start, a
    /// data directory only after it is read.
    /// </summary>
    private static IStore Readable(IStore store)
    {
        (store as EmbeddedStore)?.Open();
        return store;
    }
}
