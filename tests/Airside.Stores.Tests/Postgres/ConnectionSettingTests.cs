using Airside.Core;
using Airside.Stores.Postgres;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>How the settings become one connection string. Needs no server.</summary>
public sealed class ConnectionSettingTests
{
    private static readonly PostgresSettings None = new(null, null, null, null, null, null, ConnectionsMax: 10);

    [Fact]
    public void The_names_of_the_predecessors_make_a_connection()
    {
        var connection = Connection(None with { Host = "db.example.org", Database = "flights", User = "clerk", Password = "secret" });

        Assert.Equal(
            ("db.example.org", 5432, "flights", "clerk", "secret"),
            (connection.Host, connection.Port, connection.Database, connection.Username, connection.Password));
    }

    [Fact]
    public void They_go_before_the_connection_string_whose_rest_stays()
    {
        var connection = Connection(None with
        {
            ConnectionString = "Host=other;Port=1;Database=other;Username=other;Password=other;Keepalive=7",
            Host = "db:6432", Database = "flights", User = "clerk", Password = "secret",
        });

        Assert.Equal(
            ("db", 6432, "flights", "clerk", "secret", 7),
            (connection.Host, connection.Port, connection.Database, connection.Username, connection.Password, connection.KeepAlive));
    }

    [Theory]
    [InlineData(1, 2)] // One monitors and one records.
    [InlineData(2, 2)]
    [InlineData(40, 40)]
    public void The_pool_has_as_many_connections_as_the_setting_says(int setting, int connections) => Assert.Equal(
        connections, Connection(None with { Host = "db", Database = "flights", ConnectionsMax = setting }).MaxPoolSize);

    [Theory]
    [InlineData(null, null)]
    [InlineData("db", null)]
    [InlineData(null, "flights")]
    public void A_host_or_a_database_that_is_missing_is_named_with_its_settings(string? host, string? database)
    {
        var fault = Assert.Throws<StoreUnavailableException>(() => Connection(None with { Host = host, Database = database }));

        Assert.Contains($"the host is '{host}', the database is '{database}'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("DB_HOST and DB_NAME", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nonsense=1")]
    [InlineData("Port=many")]
    [InlineData("no form at all")]
    public void A_connection_string_that_cannot_be_read_is_refused_by_its_name(string text) => Assert.Contains(
        "ConnectionStrings:Airside",
        Assert.Throws<StoreUnavailableException>(() => Connection(None with { ConnectionString = text })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_password_file_goes_before_every_other_password() => Assert.Null(
        Connection(None with { Host = "db", Database = "flights", Password = "old", PasswordFile = "/run/secrets/password" }).Password);

    private static NpgsqlConnectionStringBuilder Connection(PostgresSettings settings) => PostgresConnections.Describe(settings);
}
