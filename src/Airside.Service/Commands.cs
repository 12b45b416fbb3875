namespace Airside.Service;

/// <summary>The commands of the executable. Without one it serves.</summary>
internal static class Commands
{
    /// <summary>Refuses a word that is no command and no setting, which would otherwise be ignored in silence.</summary>
    /// <exception cref="UnknownCommandException">There is such a word.</exception>
    public static void Demand(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var isSwitch = args[i].StartsWith("--", StringComparison.Ordinal);
            if (args[i].Contains('=', StringComparison.Ordinal) && (isSwitch || !args[i].StartsWith('-')))
            {
                continue;
            }

            // The value of a setting may stand behind it, as in --urls http://localhost:5080.
            if (!isSwitch || ++i == args.Length)
            {
                throw new UnknownCommandException(args[Math.Min(i, args.Length - 1)]);
            }
        }
    }
}

/// <summary>An argument is neither a command nor a setting with its value.</summary>
internal sealed class UnknownCommandException(string argument) : Exception(
    $"'{Shown.Text(argument)}' is neither a command nor a setting with a value. Without a command the service serves; settings are "
    + "given as --Airside:Key=value.");
