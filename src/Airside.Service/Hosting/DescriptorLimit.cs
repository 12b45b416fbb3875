using System.Globalization;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Hosting;

/// <summary>
/// The number of connections that the system allows the process. Each takes a file descriptor, as does everything else that the process
/// opens. A process that runs out of them cannot even load the code for a response, and does not recover when the connections close.
/// </summary>
internal static partial class DescriptorLimit
{
    /// <summary>Refuses to start where the runtime itself would run out of descriptors. Call it first, while there are some.</summary>
    /// <exception cref="InvalidSettingsException">The system allows too few descriptors.</exception>
    public static void EnsureStart()
    {
        if (OperatingSystem.IsLinux() && Allowed() is { } allowed && allowed < Limits.DescriptorsMin)
        {
            throw TooFew(allowed, Limits.DescriptorsMin, nameof(Limits.DescriptorsMin));
        }
    }

    /// <summary>Limits the connections that the server accepts. Call it last, when the store is open and has its own descriptors.</summary>
    /// <exception cref="InvalidSettingsException">The system allows too few descriptors to serve anyone.</exception>
    public static void UseDescriptorLimit(this WebApplication app)
    {
        if (!OperatingSystem.IsLinux() || Allowed() is not { } allowed)
        {
            return;
        }

        var connections = Connections(allowed, app.Services.GetRequiredService<AirsideOptions>());
        if (connections < Limits.ConnectionsMax)
        {
            app.Services.GetRequiredService<BoundedListenerFactory>().Bound(connections);
            LogFewer(app.Logger, connections, Limits.ConnectionsMax, allowed, allowed + Limits.ConnectionsMax - connections);
        }
    }

    private static int Connections(long allowed, AirsideOptions options)
    {
        var own = Directory.GetFileSystemEntries("/proc/self/fd").Length + Limits.DescriptorsReserved + options.Store switch
        {
            "postgres" => options.Postgres.ConnectionsMax,
            "dynamodb" => Limits.DynamoDbTransactionsMax,
            _ => 0,
        };
        var connections = (int)Math.Clamp(allowed - own, 0, Limits.ConnectionsMax);
        return connections >= Limits.ConnectionsMin
            ? connections
            : throw TooFew(allowed, own + Limits.ConnectionsMin, $"{own} for itself, and {nameof(Limits.ConnectionsMin)}");
    }

    private static InvalidSettingsException TooFew(long allowed, long needed, string why) => new(
    [
        $"The process may open {allowed} file descriptors (ulimit -n), and it needs at least {needed} ({why}), one more for each "
        + $"connection. Raise the limit, to {Limits.ConnectionsMax + needed} for {Limits.ConnectionsMax} connections: 'ulimit -n', or "
        + "LimitNOFILE= of a systemd unit.",
    ]);

    /// <summary>Returns the number of descriptors that the process may open, or null for no limit.</summary>
    private static long? Allowed()
    {
        const string Name = "Max open files";
        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(Name, StringComparison.Ordinal));
        var present = line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(present, CultureInfo.InvariantCulture, out var allowed) ? allowed : null;
    }

    [LoggerMessage(
        EventIds.ConnectionsLimited, LogLevel.Warning,
        "At most {Connections} connections are served at once instead of {ConnectionsMax}; more of them wait. The process may open "
        + "{Descriptors} file descriptors (ulimit -n); with {Needed} or more, all are served.")]
    private static partial void LogFewer(ILogger logger, int connections, int connectionsMax, long descriptors, long needed);
}
