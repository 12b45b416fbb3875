namespace Airside.Service.Commands;

/// <summary>The arguments of the process, taken apart.</summary>
/// <param name="Command">The command, or null where there is none: then the service serves.</param>
/// <param name="Operands">What the command is about, such as a file.</param>
/// <param name="Settings">Settings with their values, in every form that .NET takes.</param>
internal sealed record CommandLine(Command? Command, IReadOnlyList<string> Operands, string[] Settings)
{
    /// <summary>The standard output, where a file is expected.</summary>
    public const string StandardOutput = "-";

    /// <summary>
    /// Takes arguments apart. The first word that is no setting is the command. A word that would be ignored in silence is refused.
    /// </summary>
    /// <exception cref="CommandLineException">A word is no command, or the command lacks one or has one too many.</exception>
    public static CommandLine Parse(string[] arguments)
    {
        var words = new List<string>();
        var settings = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            var isSwitch = argument.StartsWith("--", StringComparison.Ordinal) && argument != Command.HelpSwitch;
            if (argument.Contains('=', StringComparison.Ordinal) && (isSwitch || !argument.StartsWith('-')))
            {
                settings.Add(argument);
            }
            else if (!isSwitch)
            {
                words.Add(argument);
            }
            else if (i + 1 < arguments.Length)
            {
                // The value of a setting may stand behind it, as in --urls http://localhost:5080.
                settings.AddRange([argument, arguments[++i]]);
            }
            else
            {
                throw CommandLineException.NoValue(argument);
            }
        }

        return words.Count == 0 ? new CommandLine(null, [], [.. settings]) : Parse(words, [.. settings]);
    }

    private static CommandLine Parse(List<string> words, string[] settings)
    {
        var command = Command.All.FirstOrDefault(command => command.IsCalled(words[0])) ?? throw CommandLineException.Unknown(words[0]);
        string[] operands = [.. words.Skip(1)];
        if (operands.Length < command.Operands.Count)
        {
            throw CommandLineException.Missing(command, command.Operands[operands.Length]);
        }

        return operands.Length == command.Operands.Count
            ? new CommandLine(command, operands, settings)
            : throw CommandLineException.TooMany(command, operands[command.Operands.Count]);
    }
}

/// <summary>The arguments of the process say nothing that can be done.</summary>
internal sealed class CommandLineException : Exception
{
    private CommandLineException(string message)
        : base(message)
    {
    }

    public static CommandLineException Unknown(string word) => new(
        $"'{Shown.Text(word)}' is neither a command nor a setting with a value. Without a command the service serves; the commands are "
        + $"{string.Join(", ", Command.All.Select(command => command.Name))}; settings are given as --Airside:Key=value.");

    public static CommandLineException NoValue(string word) => new(
        $"'{Shown.Text(word)}' has no value; settings are given as --Airside:Key=value.");

    public static CommandLineException Missing(Command command, string operand) => new(
        $"'{command.Name}' needs one word more: {operand}. It is called as '{command.Usage}'.");

    public static CommandLineException TooMany(Command command, string word) => new(
        $"'{command.Name}' does not take '{Shown.Text(word)}'. It is called as '{command.Usage}'.");

    public static CommandLineException NoAddress(string word) => new(
        $"'verify' needs the address of a running service, such as http://localhost:5080, instead of '{Shown.Text(word)}'.");

    public static CommandLineException Wrong(string message) => new(message);

    public static CommandLineException NoStandardInput() => new(
        "'import' reads the file twice, so it needs the path of a file instead of '-'.");
}
