using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Security;

/// <summary>Where the certificate of the service and its private key are, both in PEM form.</summary>
/// <param name="CertificateFile">The certificate, and behind it those that lead to a known authority.</param>
/// <param name="KeyFile">The private key, not encrypted.</param>
internal sealed record TlsFiles(string CertificateFile, string KeyFile)
{
    /// <summary>Reads the settings; null where TLS is not wanted.</summary>
    public static TlsFiles? Read(SettingReader reader)
    {
        const string Certificate = "Airside:Tls:CertificateFile";
        const string Key = "Airside:Tls:KeyFile";
        var (certificate, key) = (reader.Optional(Certificate), reader.Optional(Key));
        if (certificate is null != key is null)
        {
            reader.Refuse($"{Certificate} is '{certificate}' and {Key} is '{key}'; TLS needs both of them.");
        }

        return certificate is not null && key is not null ? new TlsFiles(certificate, key) : null;
    }
}

/// <summary>The certificate in force, read again when its files change. Files that do not fit together change nothing.</summary>
internal sealed class CurrentCertificate : IDisposable
{
    private readonly TlsFiles _files;
    private readonly AuditLog _audit;
    private readonly FileWatch<Reading> _watch;
    private (string Certificate, string Key) _content;
    private volatile SslStreamCertificateContext? _context;
    private volatile string? _fault;

    /// <summary>Reads the certificate and begins to watch its files.</summary>
    /// <exception cref="InvalidSettingsException">It cannot be read.</exception>
    public CurrentCertificate(TlsFiles files, AuditLog audit, TimeProvider timeProvider, ILoggerFactory loggers)
    {
        _files = files;
        _audit = audit;
        try
        {
            FileReading.Once($"{files.CertificateFile}' or '{files.KeyFile}", () =>
            {
                _content = ReadFiles();
                _context = Parse(_content);
            });
        }
        catch (Exception exception) when (IsFault(exception))
        {
            throw new InvalidSettingsException([CauseOf(exception.Message)]);
        }

        var work = new BackgroundWork("reading of the certificate", timeProvider, loggers.CreateLogger<CurrentCertificate>());
        _watch = new FileWatch<Reading>(
            work, timeProvider, TryReadFiles, Take, () => Break(FileReading.Hanging($"{_files.CertificateFile}' or '{_files.KeyFile}")));
    }

    /// <summary>The certificate with its chain.</summary>
    public SslStreamCertificateContext Context => _context!;

    /// <inheritdoc/>
    public void Dispose() => _watch.Dispose();

    private void Take(Reading reading)
    {
        if (reading.Fault is not null)
        {
            Break(reading.Fault);
            return;
        }

        try
        {
            if (reading.Content != _content)
            {
                // Connections may still be using the one before, so that it is left to the collector.
                _context = Parse(reading.Content);
                _content = reading.Content;
                _audit.CertificateInForce(Context.TargetCertificate.Subject, Context.TargetCertificate.NotAfter.ToUniversalTime());
            }

            _fault = null;
        }
        catch (Exception exception) when (IsFault(exception))
        {
            Break(CauseOf(exception.Message));
        }
    }

    /// <summary>Tells once of each fault, however often the files are looked at.</summary>
    private void Break(string fault)
    {
        if (_fault != fault)
        {
            _fault = fault;
            _audit.CertificateBroken(fault);
        }
    }

    private Reading TryReadFiles()
    {
        try
        {
            return new Reading(ReadFiles(), Fault: null);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            return new Reading(default, CauseOf(exception.Message));
        }
    }

    private (string Certificate, string Key) ReadFiles() =>
        (File.ReadAllText(_files.CertificateFile), File.ReadAllText(_files.KeyFile));

    private static SslStreamCertificateContext Parse((string Certificate, string Key) content)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(content.Certificate);
        return SslStreamCertificateContext.Create(
            X509Certificate2.CreateFromPem(content.Certificate, content.Key), chain, offline: true);
    }

    private string CauseOf(string fault) =>
        $"The certificate cannot be read: {fault} Airside:Tls:CertificateFile is '{_files.CertificateFile}', "
        + $"Airside:Tls:KeyFile is '{_files.KeyFile}'.";

    private static bool IsFault(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    /// <summary>What stood in the files, or why they could not be read.</summary>
    private readonly record struct Reading((string Certificate, string Key) Content, string? Fault);
}
