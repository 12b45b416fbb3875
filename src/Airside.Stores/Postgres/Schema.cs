using Airside.Core;
using Airside.Stores.Shared;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>The schema of the database: which migrations have run, whether this program can work with them, and how to run more.</summary>
internal sealed class Schema(IReadOnlyList<Migration> migrations)
{
    /// <summary>Creates the schema only if it is missing, so that the right to create one is needed only then.</summary>
    private const string Prepare =
        """
        DO $$ BEGIN
            IF to_regnamespace('airside') IS NULL THEN
                CREATE SCHEMA airside;
            END IF;
        END $$;
        CREATE TABLE IF NOT EXISTS airside.migration (
            version integer PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            works_with integer NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        """;

    /// <summary>Ensures that this program can work with the database as it is.</summary>
    /// <param name="connection">A connection to it.</param>
    /// <param name="mayHoldEarlierNames">Whether its names may still have to be converted.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <exception cref="StoreUnavailableException">Migrations are missing, were edited, or removed what this program needs.</exception>
    public async Task EnsureAsync(NpgsqlConnection connection, bool mayHoldEarlierNames, CancellationToken cancellationToken)
    {
        var applied = await ReadAsync(connection, cancellationToken);
        RefuseOthers(applied);
        var missing = migrations
            .Where(migration => applied.All(other => other.Version != migration.Version))
            .Where(migration => !mayHoldEarlierNames || !migration.IsOfNames)
            .ToArray();
        if (missing.Length > 0)
        {
            throw new StoreUnavailableException(
                $"The database is not prepared for this version: of the migrations up to {migrations[^1].Version:D4} it lacks "
                + $"{string.Join(", ", missing.Select(Title))}. Run: Airside.Service migrate. If it finds names to convert, it shows them, "
                + "and what to run next: Airside.Service export");
        }
    }

    /// <summary>Runs the missing migrations, each in its own transaction; many processes may do so concurrently.</summary>
    /// <returns>The migrations that ran.</returns>
    /// <exception cref="StoreUnavailableException">Migrations were edited, or removed what this program needs.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var taken = new List<string>();
        var missing = await PrepareAsync(connection, cancellationToken);
        foreach (var migration in missing)
        {
            if (await ApplyAsync(connection, migration, cancellationToken))
            {
                taken.Add($"Applied migration {Title(migration)}.");
            }
        }

        return taken;
    }

    /// <summary>Locks the schema until the transaction ends, however the process or its connection ends.</summary>
    private static Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"SELECT pg_advisory_xact_lock({AdvisoryLock.Migration})", cancellationToken);

    private async Task<IReadOnlyList<Migration>> PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, cancellationToken);
        await connection.ExecuteAsync(Prepare, cancellationToken);
        var applied = await ReadAsync(connection, cancellationToken);
        RefuseOthers(applied);
        await transaction.CommitAsync(cancellationToken);
        return [.. migrations.Where(migration => applied.All(other => other.Version != migration.Version))];
    }

    private static string Title(Migration migration) => $"{migration.Version:D4}_{migration.Name}";

    /// <summary>Runs a migration unless another process has run it in the meantime; returns whether it did.</summary>
    private static async Task<bool> ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, cancellationToken);
        if ((await ReadAsync(connection, cancellationToken)).Any(applied => applied.Version == migration.Version))
        {
            return false;
        }

        try
        {
            await connection.ExecuteAsync(migration.Sql, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresFaults.EarlierNames)
        {
            throw EarlierNames.Refusal("The database", exception.MessageText);
        }

        await connection.ExecuteAsync(
            "INSERT INTO airside.migration (version, name, checksum, works_with) VALUES ($1, $2, $3, $4)",
            cancellationToken,
            migration.Version,
            migration.Name,
            migration.Checksum,
            migration.WorksWith);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static async Task<List<AppliedMigration>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new List<AppliedMigration>();
        if (await connection.ScalarAsync("SELECT to_regclass('airside.migration') IS NOT NULL", cancellationToken) is not true)
        {
            return applied;
        }

        await using var command = new NpgsqlCommand(
            "SELECT version, name, checksum, works_with FROM airside.migration ORDER BY version", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(new AppliedMigration(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3)));
        }

        return applied;
    }

    private void RefuseOthers(List<AppliedMigration> applied)
    {
        var own = migrations[^1].Version;
        foreach (var migration in applied)
        {
            var known = migrations.FirstOrDefault(known => known.Version == migration.Version);
            if (known is null && migration.WorksWith > own)
            {
                throw new StoreUnavailableException(
                    $"The database has run migration {migration.Version:D4}_{migration.Name}, which works with schema version "
                    + $"{migration.WorksWith} and later; this program knows {own}. Run a newer version of Airside.");
            }

            if (known is not null && known.Checksum != migration.Checksum)
            {
                throw new StoreUnavailableException(
                    $"Migration {Title(known)} is not the one that the database has run: its checksum is {known.Checksum}, in the database "
                    + $"it is {migration.Checksum}. Do not edit a migration that has run; write another one.");
            }
        }
    }

    private sealed record AppliedMigration(int Version, string Name, string Checksum, int WorksWith);
}
