using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Security;
using Airside.Service.Telemetry;
using Airside.Service.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Service.Tests.Security;

[Trait("Category", "Smoke")]
public sealed class EncryptionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public EncryptionTests() => Write("first.example");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_service_speaks_TLS_and_asks_browsers_to_stay_with_it()
    {
        await using var service = await StartAsync("https://127.0.0.1:0");

        using var client = Trusting(service.Address);
        using var response = await client.SendAsync(HttpMethod.Get, "/api/v1/info", ("Host", "airside.localhost"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("max-age=31536000", response.Headers.GetValues("Strict-Transport-Security"));
        Assert.Contains("first.example", (await HandshakeAsync(service.Address, SslProtocols.Tls12)).Subject, StringComparison.Ordinal);
        Assert.Contains("first.example", (await HandshakeAsync(service.Address, SslProtocols.Tls13)).Subject, StringComparison.Ordinal);
#pragma warning disable SYSLIB0039, CA5397 // The test verifies that old versions are refused.
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(service.Address, SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
    }

    [Fact]
    public async Task A_plain_request_is_led_to_TLS_where_both_are_listened_on_and_a_probe_is_answered()
    {
        await using var service = await ServiceProcess.StartAsync(
            _directory.File("data"), [.. Files, "--urls=http://127.0.0.1:0;https://127.0.0.1:0"]);

        using var plain = await service.Client.GetAsync("/api/v1/info");
        using var probe = await service.Client.GetAsync("/healthz");

        Assert.Equal(HttpStatusCode.PermanentRedirect, plain.StatusCode);
        Assert.Equal("https", plain.Headers.Location!.Scheme);
        Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
    }

    [Fact]
    public void A_new_certificate_is_taken_when_both_its_files_fit_and_not_before()
    {
        var time = new FakeTimeProvider();
        using var current = new CurrentCertificate(
            new TlsFiles(_directory.File("tls.crt"), _directory.File("tls.key")),
            new AuditLog(NullLoggerFactory.Instance),
            time,
            NullLoggerFactory.Instance);
        var key = File.ReadAllText(_directory.File("tls.key"));

        Write("second.example");
        var newKey = File.ReadAllText(_directory.File("tls.key"));
        File.WriteAllText(_directory.File("tls.key"), key);
        time.Advance(TimeSpan.FromMilliseconds(Limits.KeysFilePollMs));
        Assert.Contains("first.example", current.Context.TargetCertificate.Subject, StringComparison.Ordinal);

        File.WriteAllText(_directory.File("tls.key"), newKey);
        time.Advance(TimeSpan.FromMilliseconds(Limits.KeysFilePollMs));
        Assert.Contains("second.example", current.Context.TargetCertificate.Subject, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Airside:Tls:KeyFile=missing.key")]
    [InlineData("--Airside:Tls:CertificateFile=missing.crt")]
    [InlineData("--Airside:Tls:KeyFile=")]
    public async Task A_certificate_that_cannot_be_read_ends_the_start_with_2(string setting)
    {
        var (exitCode, text) = await ServiceProcess.RunToEndAsync(
            [.. Files, setting, $"--Airside:DataDirectory={_directory.File("data")}", "--urls=https://127.0.0.1:0"]);

        Assert.Equal(2, exitCode);
        Assert.Contains("Airside:Tls:", text, StringComparison.Ordinal);
    }

    private string[] Files =>
        [$"--Airside:Tls:CertificateFile={_directory.File("tls.crt")}", $"--Airside:Tls:KeyFile={_directory.File("tls.key")}"];

    private Task<ServiceProcess> StartAsync(string url) =>
        ServiceProcess.StartAsync(_directory.File("data"), [.. Files, $"--urls={url}"]);

    private void Write(string name) => TestCertificate.Write(_directory.Path, name);

    private static HttpClient Trusting(Uri address) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    {
        BaseAddress = address,
    };

    private static async Task<X509Certificate> HandshakeAsync(Uri address, SslProtocols protocol)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = protocol });
        return new X509Certificate2(stream.RemoteCertificate!);
    }
}
