using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Airside.Testing;

/// <summary>A certificate that only tests trust, valid long enough that no expiry alert fires.</summary>
public static class TestCertificate
{
    /// <summary>Writes certificate and key as PEM files and returns their paths.</summary>
    public static (string Certificate, string Key) Write(string directory, string name = "localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(90));
        var files = (Certificate: Path.Combine(directory, "tls.crt"), Key: Path.Combine(directory, "tls.key"));
        File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        return files;
    }
}
