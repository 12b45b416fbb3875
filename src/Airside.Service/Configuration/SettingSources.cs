using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Airside.Service.Configuration;

/// <summary>Tells where the value of a setting comes from.</summary>
internal static class SettingSources
{
    /// <summary>What holds for a setting now, with its source; of a secret only whether it is set.</summary>
    public static SettingInForce InForce(this IConfiguration configuration, Setting setting)
    {
        var (value, source) = Find(configuration, setting);
        var shown = setting.IsSecret ? (string.IsNullOrEmpty(value) ? "not set" : "set") : Shown.WithoutSecrets(value);
        return new SettingInForce(setting.Key, shown, source);
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
                // Of an entry with members its name stands for all of it.
                var values = children.Select(child => provider.TryGet($"{setting.Key}:{child}", out var item)
                    || provider.TryGet($"{setting.Key}:{child}:Name", out item) ? item : "");
                return (string.Join(',', values), NameOf(provider));
            }
        }

        return (setting.Default, "default");
    }

    private static string NameOf(IConfigurationProvider provider) => provider switch
    {
        CommandLineConfigurationProvider => "command line",
        EnvironmentVariablesConfigurationProvider => "environment",
        FileConfigurationProvider file => file.Source.Path ?? "file",
        _ => provider.GetType().Name,
    };
}

/// <summary>A setting as it holds now.</summary>
/// <param name="Key">Its configuration key.</param>
/// <param name="Value">Its value, or for a secret <c>set</c> or <c>not set</c>.</param>
/// <param name="Source">Where the value comes from.</param>
internal sealed record SettingInForce(string Key, string Value, string Source);
