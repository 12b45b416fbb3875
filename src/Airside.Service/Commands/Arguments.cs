using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Commands;

/// <summary>The arguments of the process, split into settings and everything else.</summary>
/// <param name="Words">A command with its arguments and options; empty to serve.</param>
/// <param name="Settings">Settings with their values, in every form that .NET accepts.</param>
internal sealed record Arguments(string[] Words, string[] Settings)
{
    private const string Prefix = "--";

    /// <summary>Settings of the host that Airside does not define itself.</summary>
    private static readonly string[] HostSettings = ["urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName"];

    private static readonly string[] Sections = ["Airside:", "ConnectionStrings:", "Logging:", "Kestrel:"];

    /// <summary>Every setting as it is given on the command line.</summary>
    public static IEnumerable<string> SettingOptions { get; } =
        [.. HostSettings.Concat(Setting.All.Concat(Setting.Predecessors).Select(setting => setting.Key)).Select(key => Prefix + key)];

    /// <summary>Splits arguments. A setting is <c>--Key=value</c>, <c>Key=value</c> or <c>--Key value</c>.</summary>
    /// <exception cref="ArgumentsException">A setting has no value.</exception>
    public static Arguments Split(string[] arguments)
    {
        var words = new List<string>();
        var settings = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            var hasValue = argument.Contains('=', StringComparison.Ordinal);
            var isOption = argument.StartsWith(Prefix, StringComparison.Ordinal);
            if (!(hasValue || isOption) || !IsSetting(argument[(isOption ? Prefix.Length : 0)..].Split('=')[0]))
            {
                words.Add(argument);
            }
            else if (hasValue)
            {
                settings.Add(argument);
            }
            else if (i + 1 < arguments.Length)
            {
                settings.AddRange([argument, arguments[++i]]);
            }
            else
            {
                throw new ArgumentsException($"'{DisplayText.Shorten(argument)}' has no value. Write {argument}=VALUE.");
            }
        }

        return new Arguments([.. words], [.. settings]);
    }

    private static bool IsSetting(string key) =>
        Array.Exists(Sections, section => key.StartsWith(section, StringComparison.OrdinalIgnoreCase))
        || SettingOptions.Contains(Prefix + key, StringComparer.OrdinalIgnoreCase);
}

/// <summary>The arguments of the process are invalid.</summary>
internal sealed class ArgumentsException(string message) : Exception(message);
