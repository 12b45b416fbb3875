using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>Shortcuts that run statements in one line.</summary>
internal static class ConnectionCommands
{
    /// <summary>Runs statements without a result. Only a single statement can have values, which stand for <c>$1</c> and so on.</summary>
    public static async Task ExecuteAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = connection.Command(sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Returns the first column of the first row, or null without a row.</summary>
    public static async Task<object?> ScalarAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Creates a command whose values stand for <c>$1</c> and so on.</summary>
    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
