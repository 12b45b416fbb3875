using System.Text.Json;
using Airside.Core;

namespace Airside.Service.Security;

/// <summary>Reads the keys of the configuration and of a file.</summary>
internal static class KeyEntries
{
    private static readonly string[] Members = ["Name", "Scopes", "Hash", "Expires"];

    /// <summary>The keys of the setting <c>Airside:Security:Keys</c>, or what is wrong with them.</summary>
    public static IReadOnlyList<ConfiguredKey> Read(IConfiguration configuration, ICollection<string> errors)
    {
        var section = configuration.GetSection(SecurityOptions.KeysSetting);
        if (section.Value is { Length: > 0 })
        {
            errors.Add(
                $"{SecurityOptions.KeysSetting} holds a text; it takes entries of name, scopes and hash, as 'keys create' prints them.");
        }

        foreach (var member in section.GetChildren().SelectMany(entry => entry.GetChildren()))
        {
            if (!Members.Contains(member.Key, StringComparer.OrdinalIgnoreCase))
            {
                errors.Add($"{member.Path} is not known; an entry has {string.Join(", ", Members)}.");
            }
        }

        return Read(section.GetChildren().Select(EntryOf), SecurityOptions.KeysSetting, errors);
    }

    /// <summary>The keys of a file: an array of the entries that <c>keys create</c> prints.</summary>
    public static IReadOnlyList<ConfiguredKey> Read(ReadOnlySpan<byte> file, string path, ICollection<string> errors)
    {
        try
        {
            var entries = JsonSerializer.Deserialize(file, KeyJson.Default.KeyEntryArray);
            return Read(entries ?? [], path, errors);
        }
        catch (JsonException exception)
        {
            // The message of the reader could repeat what stands there.
            errors.Add($"{path} is not a JSON array of keys: line {exception.LineNumber + 1} cannot be read.");
            return [];
        }
    }

    /// <summary>Refuses what stands twice over both places.</summary>
    public static void DemandDistinct(IReadOnlyList<ConfiguredKey> keys, string place, ICollection<string> errors)
    {
        foreach (var name in keys.GroupBy(key => key.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            errors.Add($"{place} has the name '{name.Key}' twice; two keys at once need two names, or nobody could tell them apart.");
        }

        foreach (var same in keys.GroupBy(key => Convert.ToHexString(key.Hash), StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            errors.Add($"{place} has the key '{same.First().Name}' a second time as '{same.Last().Name}'.");
        }

        if (keys.Count > Limits.KeysMax)
        {
            errors.Add($"{place} has {keys.Count} keys; at most {Limits.KeysMax} are taken ({nameof(Limits.KeysMax)}).");
        }
    }

    private static List<ConfiguredKey> Read(IEnumerable<KeyEntry?> entries, string place, ICollection<string> errors)
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

    private static KeyEntry EntryOf(IConfigurationSection section)
    {
        var scopes = section.GetSection("Scopes");
        var list = scopes.GetChildren().Select(scope => scope.Value ?? "").ToArray();
        return new KeyEntry(
            section["Name"],
            list.Length > 0 ? list : scopes.Value?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            section["Hash"],
            section["Expires"]);
    }
}
