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
    private readonly FileWatch? _watch;
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

        FileWatch.ReadOnce(_path, Start);
        var work = new BackgroundWork("reading of the keys file", timeProvider, loggers.CreateLogger<CurrentKeys>());
        _watch = new FileWatch(work, timeProvider, Look, Hang);
    }

    /// <summary>The keys.</summary>
    public KeyRing Ring => _ring;

    /// <summary>Why the file of keys cannot be read at present, or null.</summary>
    public string? Fault => _fault;

    /// <inheritdoc/>
    public void Dispose() => _watch?.Dispose();

    private void Start()
    {
        var errors = new List<string>();
        var keys = ReadAll(out _taken, errors);
        _ring = errors.Count == 0 ? new KeyRing(keys) : throw new InvalidSettingsException(errors);
    }

    /// <summary>Looks at the file once and takes into force what has changed.</summary>
    private void Look()
    {
        var errors = new List<string>();
        var keys = ReadAll(out var content, errors);
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
            Break($"The file of keys cannot be read: {SecurityOptions.KeysFileSetting} is {FileWatch.Hanging(_path!)}");
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

    private IReadOnlyList<ConfiguredKey> ReadAll(out byte[]? content, List<string> errors)
    {
        content = null;
        if (_path is null)
        {
            return _ofSettings;
        }

        try
        {
            content = ReadFile(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            errors.Add($"{SecurityOptions.KeysFileSetting} is '{_path}', which cannot be read: {exception.Message}");
            return [];
        }

        ConfiguredKey[] keys = [.. _ofSettings, .. KeyEntries.Read(content, _path, errors)];
        KeyEntries.DemandDistinct(keys, _path, errors);
        return keys;
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
}
