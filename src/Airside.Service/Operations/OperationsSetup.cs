using Airside.Service.Configuration;
using Airside.Service.Hosting;

namespace Airside.Service.Operations;

/// <summary>What operators use: health, state, settings, metrics, the ledger check and the API description.</summary>
internal static class OperationsSetup
{
    public static void AddOperations(this WebApplicationBuilder builder, AirsideOptions options)
    {
        builder.AddJson(OperationsJson.Default);
        builder.Services.AddSingleton<ServiceState>();
        builder.Services.AddSingleton<StateMetrics>();
        builder.Services.AddSingleton<LastLedgerCheck>();
        if (options.LedgerCheckEvery > TimeSpan.Zero)
        {
            builder.Services.AddHostedService(
                services => ActivatorUtilities.CreateInstance<LedgerCheck>(services, options.LedgerCheckEvery));
        }

        builder.AddApiDescription();
    }

    public static void MapOperations(this WebApplication app, AirsideOptions options)
    {
        app.MapInfo();
        app.MapConfiguration();
        app.MapHealth();
        app.MapMetrics(options);
        app.MapApiDescription();
    }
}
