using System.Globalization;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Security;

/// <summary>
/// How many connections the system lets the process have: each takes a file descriptor, and so does all else that the process opens. One
/// that runs out of them cannot even load the code for an answer, and does not get over that when the connections are gone.
/// </summary>
internal static class DescriptorLimit
{
    /// <summary>Bounds the connections that the server accepts. Done last, when the store is open and has its own.</summary>
    /// <exception cref="InvalidSettingsException">The system allows too few descriptors to serve anybody.</exception>
    public static void UseDescriptorLimit(this WebApplication app)
    {
        var connections = Connections(app.Services.GetRequiredService<AirsideOptions>());
        if (connections < Limits.ConnectionsMax)
        {
            app.Services.GetRequiredService<BoundedListenerFactory>().Bound(connections);
        }
    }

    private static int Connections(AirsideOptions options)
    {
        if (!OperatingSystem.IsLinux() || Allowed() is not { } allowed)
        {
            return Limits.ConnectionsMax;
        }

        var own = Directory.GetFileSystemEntries("/proc/self/fd").Length + Limits.DescriptorsReserved + options.Store switch
        {
            "postgres" => options.Postgres.ConnectionsMax,
            "dynamodb" => Limits.DynamoDbTransactionsMax,
            _ => 0,
        };
        var connections = (int)Math.Clamp(allowed - own, 0, Limits.ConnectionsMax);
        return connections >= Limits.ConnectionsMin
            ? connections
            : throw new InvalidSettingsException(
            [
                $"The process may have {allowed} file descriptors (ulimit -n), and needs {own} for itself and one for each connection, "
                + $"{Limits.ConnectionsMin} at least. Raise the limit.",
            ]);
    }

    /// <summary>The descriptors that the process may have, or null for any number.</summary>
    private static long? Allowed()
    {
        const string Name = "Max open files";
        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(Name, StringComparison.Ordinal));
        var present = line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(present, CultureInfo.InvariantCulture, out var allowed) ? allowed : null;
    }
}
