using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Airlines;

/// <summary>Loading over HTTPS, with a test certificate that only the process configured for it trusts.</summary>
[Trait("Category", "Smoke")]
public sealed class EncryptedSourceTests
{
    [Fact]
    public async Task Airlines_are_loaded_over_https_from_a_server_whose_certificate_is_trusted()
    {
        var file = Environment.GetEnvironmentVariable("AIRSIDE_OPENFLIGHTS") is { Length: > 0 }
            ? AirlineFiles.OpenFlights()
            : Encoding.UTF8.GetBytes(AirlineFiles.Small);
        using var directory = new TemporaryDirectory();
        using var certificate = CreateCertificate("localhost");
        await File.WriteAllTextAsync(directory.File("trusted.pem"), certificate.ExportCertificatePem());
        await using var source = new SourceServer(_ => SourceServer.Ok(file), certificate);
        await using var service = await StartAsync(directory, source, ("SSL_CERT_FILE", directory.File("trusted.pem")));

        using var response = await service.Client.PostAsync(new Uri("/api/v1/load/airlines", UriKind.Relative), null);

        await response.JsonAsync(HttpStatusCode.OK);
        await AirlineLoadTests.AssertHoldsAsync(service.Client, file);
    }

    [Theory]
    [InlineData("localhost", false)]
    [InlineData("other.example", true)]
    public async Task A_server_whose_certificate_is_not_trusted_or_of_another_name_is_refused(string name, bool isTrusted)
    {
        using var directory = new TemporaryDirectory();
        using var certificate = CreateCertificate(name);
        using var other = CreateCertificate(name);
        await File.WriteAllTextAsync(directory.File("trusted.pem"), (isTrusted ? certificate : other).ExportCertificatePem());
        await using var source = new SourceServer(_ => SourceServer.Ok(Encoding.UTF8.GetBytes(AirlineFiles.Small)), certificate);
        await using var service = await StartAsync(directory, source, ("SSL_CERT_FILE", directory.File("trusted.pem")));
        var before = await AirlineLoadTests.StateAsync(service.Client);

        using var response = await service.Client.PostAsync(new Uri("/api/v1/load/airlines", UriKind.Relative), null);

        var problem = await response.ProblemAsync(HttpStatusCode.BadGateway, "airline-source");
        Assert.Contains("certificate", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(before, await AirlineLoadTests.StateAsync(service.Client));
    }

    private static Task<ServiceProcess> StartAsync(
        TemporaryDirectory directory, SourceServer source, params (string Name, string Value)[] environment) =>
        ServiceProcess.StartAsync(
            environment,
            directory.File("data"),
            $"--Airside:Airlines:Source={source.Origin}/airlines.dat",
            $"--Airside:Airlines:AllowedHosts={source.Origin}");

    private static X509Certificate2 CreateCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
