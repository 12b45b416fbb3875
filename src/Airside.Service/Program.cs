using Airside.Core;
using Airside.Core.Stores;
using Airside.Service;
using Airside.Service.Airlines;
using Airside.Service.Commands;
using Airside.Service.Compatibility;
using Airside.Service.Configuration;
using Airside.Service.Dashboard;
using Airside.Service.Hosting;
using Airside.Service.Operations;
using Airside.Service.Security;
using Airside.Service.Streaming;
using Airside.Service.Telemetry;
using Airside.Service.Transactions;

return await Program.RunAsync(args, Console.OpenStandardOutput(), Console.Error);

/// <summary>The service: its parts, in order.</summary>
internal static partial class Program
{
    /// <summary>Builds the service without starting it.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var options = AirsideOptions.Read(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddTelemetry(options);
        builder.AddListening(options);
        builder.AddEncryption(options);
        builder.AddKeys(options.Security);
        builder.AddRequestLimits(options.Security);
        builder.AddCrossOrigin(options.Security);
        builder.AddDraining(options);
        builder.AddProblems();
        builder.AddStore(options);
        builder.AddAirlines();
        builder.AddTransactions(options);
        builder.AddStream();
        builder.AddCompatibility();
        builder.AddOperations(options);
        builder.AddDashboard();

        var app = builder.Build();
        app.UseRequestSpans(options);
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseDraining();
        app.UseEncryption(options);
        app.UseHeadRequests();
        app.UseRouting();
        app.UseCrossOrigin(options.Security);
        app.UseRequestRules(options.Security);
        app.UseKeys(options.Security);
        app.UseRequestLimits(options.Security);
        app.UseScopes(options.Security);
        app.UseQueryRules();
        app.UseRoutingProblems();
        app.MapAirlines();
        app.MapTransactions();
        app.MapCompatibility();
        app.MapOperations(options);
        app.MapStream();
        app.MapDashboard();
        return app;
    }

    /// <summary>Recovers the ledger and activates the catalog. The service listens only after this.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be opened.</exception>
    /// <exception cref="StoreDamagedException">The stored data is not what was written.</exception>
    public static async Task OpenStoreAsync(this WebApplication app)
    {
        await app.Services.GetRequiredService<IStore>().OpenAsync(CancellationToken.None);
        await app.Services.GetRequiredService<CurrentCatalog>().OpenAsync(CancellationToken.None);
        _ = app.Services.GetRequiredService<Recorder>();
        app.UseDescriptorLimit();
    }

    /// <summary>Runs a command, or serves until the process receives a stop signal, and returns the exit code.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <param name="output">Receives the result of a command.</param>
    /// <param name="errors">Receives messages for people.</param>
    public static async Task<int> RunAsync(string[] args, Stream output, TextWriter errors)
    {
        var action = "start";
        try
        {
            var (words, settings) = Arguments.Split(args);
            if (words.Length > 0)
            {
                var commands = new CommandTree(settings, output, errors);
                action = commands.ActionOf(words);
                return await commands.RunAsync(words);
            }

            DescriptorLimit.EnsureStart();
            await using var app = Build(settings);
            await app.OpenStoreAsync();
            await app.ListenAsync();
            await app.WaitForShutdownAsync();
            return ExitCodes.Success;
        }
        catch (Exception exception)
        {
            await errors.WriteLineAsync(StartFailure.MessageOf(exception, action));
            return StartFailure.ExitCodeOf(exception);
        }
    }
}
