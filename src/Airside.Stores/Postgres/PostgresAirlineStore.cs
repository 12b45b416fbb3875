using Airside.Core;
using Airside.Core.Airlines;
using Npgsql;
using NpgsqlTypes;

namespace Airside.Stores.Postgres;

/// <summary>The airline catalog in two tables, replaced in one transaction and announced to every process.</summary>
internal sealed class PostgresAirlineStore(PostgresServer server, PostgresMonitor monitor) : IAirlineStore
{
    /// <summary>Channel that announces a new catalog.</summary>
    public const string Channel = "airside_catalog";

    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(Limits.CatalogTimeoutMs);

    public async Task<AirlineCatalog?> LoadAsync(CancellationToken cancellationToken)
    {
        var (catalog, version) = await server.RunAsync(ReadAsync, Deadline, cancellationToken);
        return catalog is null || catalog.Version == version
            ? catalog
            : throw new StoreDamagedException(
                $"The airline catalog in PostgreSQL at {server.Name} is damaged: its content has version {catalog.Version}, but it was "
                + $"saved as {version}. Load the airlines again.");
    }

    public Task ReplaceAsync(AirlineCatalog catalog, CancellationToken cancellationToken) => server.RunAsync(
        async (connection, token) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(token);

            // The server must not keep the lock if it does not notice that this process has gone.
            await connection.ExecuteAsync(
                $"SET LOCAL statement_timeout = {Limits.CatalogTimeoutMs}; SET LOCAL lock_timeout = {Limits.StoreTimeoutMs}; "
                + $"SET LOCAL idle_in_transaction_session_timeout = {Limits.CatalogIdleTimeoutMs}",
                token);

            // Readers see the old rows until the commit; only another load waits.
            await connection.ExecuteAsync("LOCK TABLE airside.airline_catalog IN EXCLUSIVE MODE; DELETE FROM airside.airline", token);
            await CopyAsync(connection, catalog, token);
            await connection.ExecuteAsync(
                """
                INSERT INTO airside.airline_catalog (version, source, loaded_at, is_sample) VALUES ($1, $2, $3, $4)
                ON CONFLICT (id) DO UPDATE SET version = $1, source = $2, loaded_at = $3, is_sample = $4
                """,
                token,
                catalog.Version,
                catalog.Source,
                catalog.LoadedAt.UtcDateTime,
                catalog.IsSample);
            await connection.ExecuteAsync($"NOTIFY {Channel}", token);
            await transaction.CommitAsync(token);
            return true;
        },
        Deadline,
        cancellationToken);

    public async Task<AirlineCatalog> NextAsync(AirlineCatalog? known, CancellationToken cancellationToken)
    {
        while (true)
        {
            await monitor.WaitForOtherAsync(CatalogStamp.From(known), cancellationToken);
            if (await LoadAsync(cancellationToken) is { } catalog && CatalogStamp.From(catalog) != CatalogStamp.From(known))
            {
                return catalog;
            }
        }
    }

    private static async Task CopyAsync(NpgsqlConnection connection, AirlineCatalog catalog, CancellationToken cancellationToken)
    {
        await using var writer = await connection.BeginBinaryImportAsync(
            "COPY airside.airline (id, name, alias, iata, icao, callsign, country, active) FROM STDIN (FORMAT binary)", cancellationToken);
        foreach (var airline in catalog.Airlines)
        {
            await writer.StartRowAsync(cancellationToken);
            await writer.WriteAsync(airline.Id, NpgsqlDbType.Integer, cancellationToken);
            string?[] texts = [airline.Name, airline.Alias, airline.Iata, airline.Icao, airline.Callsign, airline.Country];
            foreach (var text in texts)
            {
                await (text is null
                    ? writer.WriteNullAsync(cancellationToken)
                    : writer.WriteAsync(text, NpgsqlDbType.Text, cancellationToken));
            }

            await writer.WriteAsync(airline.Active, NpgsqlDbType.Boolean, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }

    /// <summary>Reads rows and stamp in one statement, so that both belong to the same load.</summary>
    private static async Task<(AirlineCatalog? Catalog, string Version)> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT c.version, c.source, c.loaded_at, c.is_sample, a.id, a.name, a.alias, a.iata, a.icao, a.callsign, a.country, a.active
            FROM airside.airline_catalog c LEFT JOIN airside.airline a ON true
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var airlines = new List<Airline>();
        string version = "", source = "";
        var (loadedAt, isSample, isThere) = (default(DateTimeOffset), false, false);
        while (await reader.ReadAsync(cancellationToken))
        {
            (isThere, version, source) = (true, reader.GetString(0), reader.GetString(1));
            (loadedAt, isSample) = (reader.GetFieldValue<DateTimeOffset>(2), reader.GetBoolean(3));
            if (!reader.IsDBNull(4))
            {
                airlines.Add(new Airline(
                    reader.GetInt32(4), reader.GetString(5), Text(6), Text(7), Text(8), Text(9), Text(10), reader.GetBoolean(11)));
            }
        }

        return (isThere ? new AirlineCatalog(airlines, source, loadedAt, isSample) : null, version);

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}

/// <summary>Identifies a saved catalog without its rows.</summary>
/// <param name="Version">Identifies the content; null if nothing was saved yet.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="LoadedAt">When it was loaded.</param>
internal sealed record CatalogStamp(string? Version, string? Source, DateTimeOffset LoadedAt)
{
    /// <summary>Returns the stamp of a catalog; null stands for none.</summary>
    public static CatalogStamp From(AirlineCatalog? catalog) => new(catalog?.Version, catalog?.Source, catalog?.LoadedAt ?? default);
}
