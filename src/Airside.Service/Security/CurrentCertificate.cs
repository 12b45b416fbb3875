using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Telemetry;

namespace Airside.Service.Security;

/// <summary>The active certificate, read again when its files change. Files that do not match change nothing.</summary>
internal sealed class CurrentCertificate : IDisposable
{
    private readonly TlsFiles _files;
    private readonly AuditLog _audit;
    private readonly FileMonitor<Reading> _monitor;
    private (string Certificate, string Key) _content;
    private volatile SslStreamCertificateContext? _context;
    private volatile string? _fault;

    /// <summary>Reads the certificate and starts to monitor its files.</summary>
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

        var work = new BackgroundWork("certificate reload", timeProvider, loggers.CreateLogger<CurrentCertificate>());
        _monitor = new FileMonitor<Reading>(
            work, timeProvider, TryReadFiles, Take, () => Break(FileReading.Hanging($"{_files.CertificateFile}' or '{_files.KeyFile}")));
    }

    public SslStreamCertificateContext Context => _context!;

    public void Dispose() => _monitor.Dispose();

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
                // Connections may still use the previous one, so it is left to the garbage collector.
                _context = Parse(reading.Content);
                _content = reading.Content;
                _audit.CertificateActivated(Context.TargetCertificate.Subject, Context.TargetCertificate.NotAfter.ToUniversalTime());
            }

            _fault = null;
        }
        catch (Exception exception) when (IsFault(exception))
        {
            Break(CauseOf(exception.Message));
        }
    }

    /// <summary>Logs each fault once, however often the files are read.</summary>
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

    /// <summary>The content of the files, or why they could not be read.</summary>
    private readonly record struct Reading((string Certificate, string Key) Content, string? Fault);
}
