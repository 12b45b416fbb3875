namespace Airside.Service;

/// <summary>The commands of the executable. Without one it serves.</summary>
internal static class Commands
{
    /// <summary>Refuses a word that is no command and no setting, which would otherwise be ignored in silence.</summary>
    /// <exception cref="UnknownCommandException">There is such a word.</exception>
    public static void Demand(string[] args)
    {
        if (args.Length > 0 && !args[0].StartsWith('-') && !args[0].Contains('=', StringComparison.Ordinal))
        {
            throw new UnknownCommandException(args[0]);
        }
    }
}

/// <summary>The first argument is a word that is no command.</summary>
internal sealed class UnknownCommandException(string command) : Exception(
    $"There is no command '{Shown.Text(command)}'. Without a command the service serves; settings are given as --Airside:Key=value.");
