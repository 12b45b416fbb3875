using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>Statements that need one line.</summary>
internal static class ConnectionCommands
{
    /// <summary>Runs statements that give nothing back. Only a single one can have values, which stand for <c>$1</c> and so on.</summary>
    public static async Task ExecuteAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Make(connection, sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Gives the first column of the first row, or null when there is none.</summary>
    public static async Task<object?> ScalarAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Make(connection, sql, values);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static NpgsqlCommand Make(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
