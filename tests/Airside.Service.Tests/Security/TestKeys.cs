using Airside.Service.Configuration;

namespace Airside.Service.Tests.Security;

/// <summary>Keys of every kind, and the settings that register them.</summary>
internal sealed class TestKeys
{
    private readonly List<string> _settings = [];

    /// <summary>A key that was never registered.</summary>
    public string Unknown { get; } = ApiKey.Create();

    /// <summary>Settings that register the keys added so far.</summary>
    public string[] Settings => [.. _settings];

    /// <summary>Creates a key and adds its entry to the settings.</summary>
    public string Add(string name, string scopes, string? expires = null)
    {
        var key = ApiKey.Create();
        var place = $"--Airside:Security:Keys:{_settings.Count}";
        _settings.AddRange(
        [
            $"{place}:Name={name}", $"{place}:Scopes={scopes}", $"{place}:Hash={ApiKey.HashText(key)}",
            .. expires is null ? Array.Empty<string>() : [$"{place}:Expires={expires}"],
        ]);
        return key;
    }

    /// <summary>Returns an entry of a keys file.</summary>
    public static string Entry(string name, string scopes, string key)
    {
        var list = scopes.Replace(",", "\",\"", StringComparison.Ordinal);
        return $$"""{"name":"{{name}}","scopes":["{{list}}"],"hash":"{{ApiKey.HashText(key)}}"}""";
    }
}
