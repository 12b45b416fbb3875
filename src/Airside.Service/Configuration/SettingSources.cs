using Airside.Core;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Airside.Service.Configuration;

/// <summary>Finds the source of a setting's value.</summary>
internal static class SettingSources
{
    /// <summary>Returns the current value of a setting with its source; for a secret, only whether it is set.</summary>
    public static CurrentSetting Current(this IConfiguration configuration, Setting setting)
    {
        var (value, source) = Find(configuration, setting);
        var shown = setting.IsSecret ? (string.IsNullOrEmpty(value) ? "not set" : "set") : DisplayText.WithoutSecrets(value);
        return new CurrentSetting(setting.Key, shown, source);
    }

    private static (string Value, string Source) Find(IConfiguration configuration, Setting setting)
    {
        foreach (var provider in ((IConfigurationRoot)configuration).Providers.Reverse())
        {
            if (provider.TryGet(setting.Key, out var value))
            {
                return (value ?? "", NameOf(provider));
            }

            var children = provider.GetChildKeys([], setting.Key).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
            if (children.Length > 0)
            {
                // An entry with members is represented by its name.
                var values = children.Select(child => provider.TryGet($"{setting.Key}:{child}", out var item)
                    || provider.TryGet($"{setting.Key}:{child}:Name", out item) ? NamedValue(child, item) : "");
                return (string.Join(',', values), NameOf(provider));
            }
        }

        return (setting.Default, "default");
    }

    /// <summary>Returns the value of an entry of a list, or that of a named one with its name.</summary>
    private static string? NamedValue(string name, string? value) => int.TryParse(name, out _) ? value : $"{name}={value}";

    private static string NameOf(IConfigurationProvider provider) => provider switch
    {
        CommandLineConfigurationProvider => "command line",
        EnvironmentVariablesConfigurationProvider => "environment",
        FileConfigurationProvider file => file.Source.Path ?? "file",
        _ => provider.GetType().Name,
    };
}

/// <summary>A setting with its current value.</summary>
/// <param name="Key">Its configuration key.</param>
/// <param name="Value">Its value, or for a secret <c>set</c> or <c>not set</c>.</param>
/// <param name="Source">Where the value comes from.</param>
internal sealed record CurrentSetting(string Key, string Value, string Source);
