namespace Airside.Service.Configuration;

/// <summary>Paths of the service's certificate and its private key, both in PEM format.</summary>
/// <param name="CertificateFile">The certificate, followed by its chain to a known authority.</param>
/// <param name="KeyFile">The private key, unencrypted.</param>
internal sealed record TlsFiles(string CertificateFile, string KeyFile)
{
    /// <summary>Reads the settings; returns null if TLS is not configured.</summary>
    public static TlsFiles? Read(SettingReader reader)
    {
        const string Certificate = "Airside:Tls:CertificateFile";
        const string Key = "Airside:Tls:KeyFile";
        var (certificate, key) = (reader.Optional(Certificate), reader.Optional(Key));
        if (certificate is null != key is null)
        {
            reader.Refuse($"{Certificate} is '{certificate}' and {Key} is '{key}'; TLS needs both.");
        }

        return certificate is not null && key is not null ? new TlsFiles(certificate, key) : null;
    }
}
