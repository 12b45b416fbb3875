using System.Text;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Telemetry;

namespace Airside.Service.Security;

/// <summary>
/// The active keys: those from the settings and those from a file that is read again every second. Its content is compared rather than
/// its timestamp, because a mounted file changes by swapping links.
/// </summary>
/// <remarks>
/// A malformed file must neither keep a revoked key active nor lock everyone out because of a misplaced comma. So a key stays active
/// only while its hash is still somewhere in the file. See decision 14.
/// </remarks>
internal sealed class CurrentKeys : IDisposable
{
    private readonly IReadOnlyList<ConfiguredKey> _ofSettings;
    private readonly string? _path;
    private readonly AuditLog _audit;
    private readonly FileMonitor<Reading>? _monitor;
    private byte[]? _taken;
    private volatile KeyRing _ring = new([]);
    private volatile string? _fault;

    /// <summary>Reads the keys and starts to monitor the file.</summary>
    /// <exception cref="InvalidSettingsException">Some keys cannot be read.</exception>
    public CurrentKeys(SecurityOptions options, AuditLog audit, TimeProvider timeProvider, ILoggerFactory loggers)
    {
        _ofSettings = options.Keys;
        _path = options.KeysFile;
        _audit = audit;
        if (_path is null)
        {
            Start();
            return;
        }

        FileReading.Once(_path, Start);
        var work = new BackgroundWork("keys file reload", timeProvider, loggers.CreateLogger<CurrentKeys>());
        _monitor = new FileMonitor<Reading>(work, timeProvider, ReadAll, Take, Hang);
    }

    public KeyRing Ring => _ring;

    /// <summary>Why the keys file currently cannot be read, or null.</summary>
    public string? Fault => _fault;

    public void Dispose() => _monitor?.Dispose();

    private void Start()
    {
        var reading = ReadAll();
        _taken = reading.Content;
        _ring = reading.Errors.Count == 0 ? new KeyRing(reading.Keys) : throw new InvalidSettingsException(reading.Errors);
    }

    /// <summary>Activates what has changed.</summary>
    private void Take(Reading reading)
    {
        var (keys, content, errors) = reading;
        if (content is not null && _taken is not null && content.AsSpan().SequenceEqual(_taken))
        {
            return;
        }

        if (errors.Count == 0)
        {
            _taken = content;
            if (_fault is not null)
            {
                _fault = null;
                _audit.KeysFileRestored(_path!);
            }

            Replace(keys);
        }
        else if (_fault is null)
        {
            // A write in progress has until the next read to finish.
            _taken = null;
            Break($"The keys file cannot be read: {string.Join(' ', errors)}");
        }
        else
        {
            _taken = content;
            KeepThoseOf(content is null ? "" : Encoding.UTF8.GetString(content));
        }
    }

    /// <summary>Treats a file whose read hangs as unreadable: none of its keys may stay active.</summary>
    private void Hang()
    {
        if (_fault is null)
        {
            _taken = null;
            Break($"The keys file cannot be read: {SecurityOptions.KeysFileSetting} is {FileReading.Hanging(_path!)}");
        }
        else
        {
            KeepThoseOf("");
        }
    }

    private void Break(string fault)
    {
        _fault = fault;
        _audit.KeysFileBroken(fault);
    }

    /// <summary>Keeps the keys from the settings, and those whose hashes are in the text.</summary>
    private void KeepThoseOf(string text) => Replace([.. _ring.Keys.Where(key => _ofSettings.Contains(key)
        || text.Contains(Convert.ToHexString(key.Hash), StringComparison.OrdinalIgnoreCase))]);

    private void Replace(IReadOnlyList<ConfiguredKey> keys)
    {
        var before = _ring.Keys;
        if (before.Count == keys.Count && keys.All(key => before.Any(old => IsSame(old, key))))
        {
            return;
        }

        _ring = new KeyRing(keys);
        foreach (var gone in before.Where(old => !keys.Any(key => key.Hash.AsSpan().SequenceEqual(old.Hash))))
        {
            _audit.KeyRevoked(gone.Name);
        }

        foreach (var key in keys.Where(key => !before.Any(old => IsSame(old, key))))
        {
            _audit.KeyActivated(key);
        }
    }

    private Reading ReadAll()
    {
        if (_path is null)
        {
            return new Reading(_ofSettings, null, []);
        }

        byte[] content;
        try
        {
            content = ReadFile(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new Reading(
                [], null, [$"{SecurityOptions.KeysFileSetting} is '{_path}', which cannot be read: {exception.Message}"]);
        }

        var errors = new List<string>();
        ConfiguredKey[] keys = [.. _ofSettings, .. KeyEntries.Read(content, _path, errors)];
        KeyEntries.EnsureDistinct(keys, _path, errors);
        return new Reading(keys, content, errors);
    }

    private static byte[] ReadFile(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > Limits.KeysFileBytesMax)
        {
            throw new IOException(
                $"It has {file.Length} bytes; at most {Limits.KeysFileBytesMax} are allowed ({nameof(Limits.KeysFileBytesMax)}).");
        }

        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static bool IsSame(ConfiguredKey one, ConfiguredKey other) =>
        one.Hash.AsSpan().SequenceEqual(other.Hash) && one.IsSameAs(other);

    /// <summary>The keys from the settings and the file, the file's content, and the errors.</summary>
    private sealed record Reading(IReadOnlyList<ConfiguredKey> Keys, byte[]? Content, IReadOnlyList<string> Errors);
}
