using Airside.Core.Airlines;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Transactions;
using Airside.Stores.Embedded;

namespace Airside.Service;

/// <summary>Opens the configured store.</summary>
internal static class Stores
{
    /// <summary>Adds the store with its ledger and airlines, and the group commit in front of the ledger.</summary>
    public static void AddStore(this WebApplicationBuilder builder, AirsideOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => EmbeddedStore.Open(
            options.DataDirectory,
            options.KeyWindow,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EmbeddedStore>>()));
        services.AddSingleton<ITransactionLedger>(provider => provider.GetRequiredService<EmbeddedStore>().Ledger);
        services.AddSingleton<IAirlineStore>(provider => provider.GetRequiredService<EmbeddedStore>().Airlines);
        services.AddSingleton<GroupCommitMetrics>();
        services.AddSingleton(provider => new GroupCommit(
            provider.GetRequiredService<ITransactionLedger>(), provider.GetRequiredService<GroupCommitMetrics>()));
        services.AddSingleton<Recorder>();
        services.AddSingleton(_ => BatchEndpoint.Limiter());
    }

    /// <summary>Recovers the ledger and takes the catalog into force. Nothing is listened on before.</summary>
    /// <exception cref="Airside.Core.StoreUnavailableException">The store cannot be opened.</exception>
    /// <exception cref="Airside.Core.StoreDamagedException">What it holds is not what was written.</exception>
    public static async Task OpenStoreAsync(this WebApplication app)
    {
        await app.Services.GetRequiredService<CurrentCatalog>().OpenAsync(CancellationToken.None);
        _ = app.Services.GetRequiredService<Recorder>();
    }
}
