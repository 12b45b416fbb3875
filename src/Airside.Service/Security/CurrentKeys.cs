using System.Text;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Security;

/// <summary>
/// The keys in force: those of the settings and those of a file that is read again every second. Its content is compared rather than
/// its time, because a mounted file is changed by swapping links.
/// </summary>
/// <remarks>
/// A file that cannot be read as keys must neither keep a revoked key alive nor shut everybody out for a misplaced comma. So a key
/// stays in force only while its hash still stands somewhere in the file. See decision 14.
/// </remarks>
internal sealed class CurrentKeys : IDisposable
{
    private readonly IReadOnlyList<ConfiguredKey> _ofSettings;
    private readonly string? _path;
    private readonly AuditLog _audit;
    private readonly FileWatch<Reading>? _watch;
    private byte[]? _taken;
    private volatile KeyRing _ring = new([]);
    private volatile string? _fault;

    /// <summary>Reads the keys and begins to watch the file.</summary>
    /// <exception cref="InvalidSettingsException">Some cannot be read.</exception>
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
        var work = new BackgroundWork("reading of the keys file", timeProvider, loggers.CreateLogger<CurrentKeys>());
        _watch = new FileWatch<Reading>(work, timeProvider, ReadAll, Take, Hang);
    }

    /// <summary>The keys.</summary>
    public KeyRing Ring => _ring;

    /// <summary>Why the file of keys cannot be read at present, or null.</summary>
    public string? Fault => _fault;

    /// <inheritdoc/>
    public void Dispose() => _watch?.Dispose();

    private void Start()
    {
        var reading = ReadAll();
        _taken = reading.Content;
        _ring = reading.Errors.Count == 0 ? new KeyRing(reading.Keys) : throw new InvalidSettingsException(reading.Errors);
    }

    /// <summary>Takes into force what has changed.</summary>
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
                _audit.KeysFileMended(_path!);
            }

            Replace(keys);
        }
        else if (_fault is null)
        {
            // Whoever is writing it has until the next look to finish.
            _taken = null;
            Break($"The file of keys cannot be read: {string.Join(' ', errors)}");
        }
        else
        {
            _taken = content;
            KeepThoseOf(content is null ? "" : Encoding.UTF8.GetString(content));
        }
    }

    /// <summary>A file that does not answer is one that cannot be read: no key may hold on behind it.</summary>
    private void Hang()
    {
        if (_fault is null)
        {
            _taken = null;
            Break($"The file of keys cannot be read: {SecurityOptions.KeysFileSetting} is {FileReading.Hanging(_path!)}");
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

    /// <summary>Keeps the keys of the settings, and those whose hashes stand in a text.</summary>
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
            _audit.KeyInForce(key);
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
        KeyEntries.DemandDistinct(keys, _path, errors);
        return new Reading(keys, content, errors);
    }

    private static byte[] ReadFile(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > Limits.KeysFileBytesMax)
        {
            throw new IOException(
                $"It has {file.Length} bytes; at most {Limits.KeysFileBytesMax} are read ({nameof(Limits.KeysFileBytesMax)}).");
        }

        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static bool IsSame(ConfiguredKey one, ConfiguredKey other) =>
        one.Hash.AsSpan().SequenceEqual(other.Hash) && one.IsSameAs(other);

    /// <summary>What stood in the settings and in the file, and what is wrong with it.</summary>
    private sealed record Reading(IReadOnlyList<ConfiguredKey> Keys, byte[]? Content, IReadOnlyList<string> Errors);
}
