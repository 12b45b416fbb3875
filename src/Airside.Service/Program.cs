using Airside.Core;
using Airside.Service;
using Airside.Service.Airlines;
using Airside.Service.Commands;
using Airside.Service.Compatibility;
using Airside.Service.Configuration;
using Airside.Service.Dashboard;
using Airside.Service.Dashboard.Live;
using Airside.Service.Health;
using Airside.Service.Security;
using Airside.Service.Telemetry;
using Airside.Service.Transactions;

return await Program.RunAsync(args);

/// <summary>The service: what it is made of, in order.</summary>
internal static partial class Program
{
    /// <summary>Puts the service together without starting it.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var options = AirsideOptions.Read(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        builder.AddTelemetry(options);
        builder.AddListening(options);
        builder.AddEncryption(options);
        builder.AddKeys(options.Security);
        builder.AddRequestLimits(options.Security);
        builder.AddDraining(options);
        builder.AddProblems();
        builder.AddApiDescription();
        builder.AddStore(options);
        builder.AddAirlines();
        builder.AddStream();

        var app = builder.Build();
        app.UseRequestSpans(options);
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseDraining();
        app.UseEncryption(options);
        app.UseHeadRequests();
        app.UseRouting();
        app.UseRequestRules(options.Security);
        app.UseKeys(options.Security);
        app.UseRequestLimits(options.Security);
        app.UseScopes(options.Security);
        app.UseRoutingProblems();
        app.MapAirlines();
        app.MapTransactions();
        app.MapRoutes();
        app.MapCompatibility();
        app.MapInfo();
        app.MapConfiguration();
        app.MapHealth();
        app.MapMetrics();
        app.MapApiDescription();
        app.MapStream();
        app.MapDashboard();
        return app;
    }

    /// <summary>Runs a command, or the service until it is told to stop, and gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        CommandLine? commandLine = null;
        try
        {
            commandLine = CommandLine.Parse(args);
            if (commandLine.Command is not null)
            {
                return await CommandContext.RunAsync(commandLine, Console.OpenStandardOutput(), Console.Error);
            }

            await using var app = Build(args);
            await app.OpenStoreAsync();
            await app.RunAsync();
            return ExitCodes.Success;
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync(StartFault.MessageOf(exception, commandLine?.Command?.Name ?? "start"));
            return StartFault.ExitCodeOf(exception);
        }
    }
}
