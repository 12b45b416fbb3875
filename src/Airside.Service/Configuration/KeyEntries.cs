using System.Text.Json;
using Airside.Core;

namespace Airside.Service.Configuration;

/// <summary>Reads keys from the configuration and from a file.</summary>
internal static class KeyEntries
{
    private static readonly string[] Members = ["Name", "Scopes", "Hash", "Expires"];

    /// <summary>Reads the keys of the setting <c>Airside:Security:Keys</c>, or adds their errors.</summary>
    public static IReadOnlyList<ConfiguredKey> Read(IConfiguration configuration, ICollection<string> errors)
    {
        var section = configuration.GetSection(SecurityOptions.KeysSetting);
        if (section.Value is { Length: > 0 })
        {
            errors.Add(
                $"{SecurityOptions.KeysSetting} is a text; it must be entries of name, scopes and hash, as printed by 'keys create'.");
        }

        foreach (var member in section.GetChildren().SelectMany(entry => entry.GetChildren()))
        {
            if (!Members.Contains(member.Key, StringComparer.OrdinalIgnoreCase))
            {
                errors.Add($"{member.Path} is unknown; an entry has {string.Join(", ", Members)}.");
            }
        }

        return Read(section.GetChildren().Select(EntryOf), SecurityOptions.KeysSetting, errors);
    }

    /// <summary>Reads the keys of a file: an array of entries, as printed by <c>keys create</c>.</summary>
    public static IReadOnlyList<ConfiguredKey> Read(ReadOnlySpan<byte> file, string path, ICollection<string> errors)
    {
        try
        {
            // Some editors put a byte order mark in front, which is no JSON.
            var json = file is [0xEF, 0xBB, 0xBF, ..] ? file[3..] : file;
            var entries = JsonSerializer.Deserialize(json, KeyJson.Default.ApiKeyEntryArray);
            return Read(entries ?? [], path, errors);
        }
        catch (JsonException exception)
        {
            // The reader's message could repeat the content.
            errors.Add($"{path} is not a JSON array of keys: line {exception.LineNumber + 1} cannot be read.");
            return [];
        }
    }

    /// <summary>Adds an error for each duplicate across the settings and the file, and for too many keys.</summary>
    public static void EnsureDistinct(IReadOnlyList<ConfiguredKey> keys, string place, ICollection<string> errors)
    {
        foreach (var name in keys.GroupBy(key => key.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            errors.Add($"{place} has the name '{name.Key}' twice; each key needs its own name, to be distinguishable.");
        }

        foreach (var same in keys.GroupBy(key => Convert.ToHexString(key.Hash), StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            errors.Add($"{place} has the same key twice, as '{same.First().Name}' and '{same.Last().Name}'.");
        }

        if (keys.Count > Limits.KeysMax)
        {
            errors.Add($"{place} has {keys.Count} keys; at most {Limits.KeysMax} are allowed ({nameof(Limits.KeysMax)}).");
        }
    }

    private static List<ConfiguredKey> Read(IEnumerable<ApiKeyEntry?> entries, string place, ICollection<string> errors)
    {
        var keys = new List<ConfiguredKey>();
        foreach (var (index, entry) in entries.Index())
        {
            string? error = null;
            if (entry is not null && ConfiguredKey.Read(entry, out error) is { } key)
            {
                keys.Add(key);
            }
            else
            {
                errors.Add($"{place}, entry {index}: {error ?? "it is empty"}.");
            }
        }

        return keys;
    }

    private static ApiKeyEntry EntryOf(IConfigurationSection section)
    {
        var scopes = section.GetSection("Scopes");
        var list = scopes.GetChildren().Select(scope => scope.Value ?? "").ToArray();
        return new ApiKeyEntry(
            section["Name"],
            list.Length > 0 ? list : scopes.Value?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            section["Hash"],
            section["Expires"]);
    }
}
