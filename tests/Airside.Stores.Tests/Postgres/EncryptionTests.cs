using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Airside.Core;
using Npgsql;

namespace Airside.Stores.Tests.Postgres;

/// <summary>A server whose certificate is issued by the test's authority, only for the name <c>localhost</c>.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class EncryptionTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("airside-").FullName;
    private PostgresCluster _cluster = null!;
    private string _right = "";
    private string _wrong = "";

    public async ValueTask InitializeAsync()
    {
        _cluster = await PostgresFixture.NewClusterAsync();
        using var authority = Authority("Airside tests");
        using var other = Authority("Somebody else");
        (_right, _wrong) = (await SaveAsync("right.pem", authority), await SaveAsync("wrong.pem", other));
        var (certificate, key) = Issue(authority, "localhost");
        await _cluster.EncryptAsync(certificate, key);
        await using var store = Replicas.CreateWithLongTimeout(_cluster.ConnectionString("postgres"));
        await store.MigrateAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_certificate_is_verified_in_full_when_that_is_asked_for_in_either_spelling()
    {
        foreach (var spelling in new[] { "sslmode=verify-full", "SSL Mode=VerifyFull", "SslMode=Verify-Full" })
        {
            Assert.Null(await OpenAsync("localhost", spelling, _right));

            foreach (var refusal in new[]
                { await OpenAsync("localhost", spelling, _wrong), await OpenAsync("127.0.0.1", spelling, _right) })
            {
                Assert.StartsWith("The certificate of PostgreSQL at ", refusal, StringComparison.Ordinal);
                Assert.Contains("Root Certificate", refusal, StringComparison.Ordinal);
            }
        }

        // Less strict modes accept what full verification refuses, so it caused the refusals above.
        Assert.Null(await OpenAsync("127.0.0.1", "sslmode=verify-ca", _right));
        Assert.Null(await OpenAsync("127.0.0.1", "sslmode=require", null));
    }

    [Fact]
    public async Task A_server_without_encryption_is_refused_when_encryption_is_asked_for()
    {
        var database = await PostgresFixture.NewDatabaseAsync();
        await using var store = Replicas.CreateWithLongTimeout(database + $";sslmode=verify-full;Root Certificate={_right}");
        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.OpenAsync(CancellationToken.None));
        Assert.Contains("SSL", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Opens a store and returns why that failed, or null.</summary>
    private async Task<string?> OpenAsync(string host, string mode, string? rootCertificate)
    {
        var connection = new NpgsqlConnectionStringBuilder(_cluster.ConnectionString("postgres"))
        {
            Host = host,
            RootCertificate = rootCertificate,
        };
        await using var store = Replicas.CreateWithLongTimeout($"{connection.ConnectionString};{mode}");
        try
        {
            await store.OpenAsync(CancellationToken.None);
            return null;
        }
        catch (StoreUnavailableException exception)
        {
            return exception.Message;
        }
    }

    private async Task<string> SaveAsync(string name, X509Certificate2 certificate)
    {
        var path = Path.Combine(_directory, name);
        await File.WriteAllTextAsync(path, certificate.ExportCertificatePem());
        return path;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request.CreateSelfSigned(Yesterday, Yesterday.AddYears(1));
    }

    private static (string Certificate, string Key) Issue(X509Certificate2 authority, string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, Yesterday, Yesterday.AddDays(10), [1]);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static DateTimeOffset Yesterday => TimeProvider.System.GetUtcNow().AddDays(-1);
}
