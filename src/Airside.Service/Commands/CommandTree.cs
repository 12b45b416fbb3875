using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Hosting;

namespace Airside.Service.Commands;

/// <summary>The commands of the executable.</summary>
internal sealed class CommandTree
{
    private const string Executable = "Airside.Service";

    private readonly string[] _settings;
    private readonly Stream _output;
    private readonly TextWriter _messages;
    private readonly RootCommand _root;

    public CommandTree(string[] settings, Stream output, TextWriter messages)
    {
        _settings = settings;
        _output = output;
        _messages = messages;
        _root = Create();
    }

    /// <summary>Returns what the words ask for: a command, or else a start.</summary>
    public string ActionOf(string[] words) => _root.Subcommands.Any(command => command.Name == words[0]) ? words[0] : "start";

    /// <summary>Runs a command and returns the exit code.</summary>
    /// <param name="words">The command with its arguments and options, without settings.</param>
    /// <exception cref="ArgumentsException">The words are no command, or a command with wrong arguments.</exception>
    public async Task<int> RunAsync(string[] words)
    {
        var parsed = _root.Parse(words is ["help", .. var rest] ? [.. rest, "--help"] : words);
        if (parsed.Errors.Count > 0)
        {
            throw new ArgumentsException(Describe(parsed));
        }

        await using var text = new StreamWriter(_output, leaveOpen: true) { AutoFlush = true };
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            // Exceptions become exit codes in one place, and a command stops by the signals that its context handles.
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = text,
            Error = _messages,
        });
    }

    private RootCommand Create()
    {
        var root = new RootCommand(
            "Airside counts reservation transactions per flight route, exactly once. Without a command it serves. Settings are given as "
            + $"--Airside:Key=value; docs/operate/configuration.md lists them.\n\nExample: {Executable} --urls http://localhost:5080");
        root.Options.OfType<VersionOption>().Single().Action = new ShowVersion();
        root.Add(Define("migrate", "Creates or upgrades the tables of the store.", "--Airside:Store=postgres", MigrateCommand.RunAsync));
        root.Add(DefineExport());
        root.Add(DefineImport());
        root.Add(Define("reconcile", "Recomputes totals from hours and keys; exits with 7 if they differ.", "", ReconcileCommand.RunAsync));
        root.Add(DefineVerify());
        root.Add(DefineKeys());
        return root;
    }

    private Command DefineExport()
    {
        var file = Operand("FILE", "The file to write, or - for standard output.");
        var names = new NameDecisions();
        var command = new Command("export", Describe("Writes ledger and airline catalog to a file.", "export airside.ndjson")) { file };
        names.AddTo(command);
        command.SetAction(parsed => RunAsync(
            context => ExportCommand.RunAsync(context, parsed.GetRequiredValue(file), names.Read(parsed))));
        return command;
    }

    private Command DefineImport()
    {
        var file = Operand("FILE", "The file to read.");
        var names = new NameDecisions();
        var command = new Command("import", Describe("Imports an exported file into an empty store.", "import airside.ndjson")) { file };
        names.AddTo(command);
        command.SetAction(parsed => RunAsync(
            context => ImportCommand.RunAsync(context, parsed.GetRequiredValue(file), names.Read(parsed))));
        return command;
    }

    private Command DefineVerify()
    {
        var url = Operand("URL", "Address of a running service.");
        var command = new Command(
            "verify",
            Describe("Records and reads a transaction at a running service and loads airlines.", "verify http://localhost:5080")) { url };
        command.SetAction(parsed => RunAsync(context => VerifyCommand.RunAsync(context, parsed.GetRequiredValue(url))));
        return command;
    }

    private Command DefineKeys()
    {
        var name = new Option<string>("--name") { Description = "Name of the key, for logs and metrics." };
        var scopes = new Option<string>("--scopes") { Description = "What the key allows, separated by commas." };
        var expires = new Option<string>("--expires") { Description = "Date or time from which the key allows nothing." };
        var create = new Command(
            "create",
            Describe("Creates an API key and shows it once.", "keys create --name ci --scopes transactions:write"))
        {
            name, scopes, expires,
        };
        create.SetAction(parsed => RunAsync(context => KeysCommand.CreateAsync(
            context, parsed.GetValue(name), parsed.GetValue(scopes), parsed.GetValue(expires))));
        return new Command("keys", Describe("Creates an API key, or lists the configured ones.", "keys list"))
        {
            create,
            Define("list", "Lists the configured keys.", "", KeysCommand.ListAsync, "keys "),
        };
    }

    private Command Define(string name, string purpose, string arguments, Func<CommandContext, Task<int>> run, string parent = "")
    {
        var command = new Command(name, Describe(purpose, $"{parent}{name} {arguments}".TrimEnd()));
        command.SetAction(_ => RunAsync(run));
        return command;
    }

    /// <summary>An argument that no option is mistaken for.</summary>
    private static Argument<string> Operand(string name, string description)
    {
        var operand = new Argument<string>(name) { Description = description };
        operand.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', _, ..] value }])
            {
                result.AddError($"'{DisplayText.Shorten(value)}' is not an option of this command.");
            }
        });
        return operand;
    }

    private static string Describe(string purpose, string example) => $"{purpose}\n\nExample: {Executable} {example}";

    private async Task<int> RunAsync(Func<CommandContext, Task<int>> run)
    {
        using var context = new CommandContext(_settings, _output, _messages);
        return await run(context);
    }

    private string Describe(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = command == _root ? Executable : $"{Executable} {command.Name}";
        var invalid = parsed.Errors.FirstOrDefault(error => error.SymbolResult is ArgumentResult);
        if (invalid is not null || parsed.UnmatchedTokens is not [var unknown, ..])
        {
            return $"{(invalid ?? parsed.Errors[0]).Message} Run '{path} --help'.";
        }

        IEnumerable<string> known = unknown.StartsWith('-')
            ? command.Options.Select(option => option.Name).Concat(Arguments.SettingOptions)
            : command.Subcommands.Select(sub => sub.Name);
        var suggestion = Closest(unknown.Split('=')[0], known) is { } close ? $" Did you mean '{close}'?" : "";
        return $"'{DisplayText.Shorten(unknown)}' is not a command, option or setting of '{path}'.{suggestion} Run '{path} --help'.";
    }

    /// <summary>The known word that contains the unknown one, or else the one with the fewest typing errors in between.</summary>
    private static string? Closest(string unknown, IEnumerable<string> known)
    {
        var word = unknown.TrimStart('-');
        var words = known.ToArray();
        return Array.Find(words, one => word.Length > 2 && one.Contains(word, StringComparison.OrdinalIgnoreCase))
            ?? words.Select(one => (Word: one, Distance: Distance(unknown.ToUpperInvariant(), one.ToUpperInvariant())))
                .Where(pair => pair.Distance <= Limits.SuggestionDistanceMax).OrderBy(pair => pair.Distance).FirstOrDefault().Word;
    }

    /// <summary>The Levenshtein distance.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(
                    Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }

    /// <summary>The library's own action ends without a line break.</summary>
    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"{BuildVersion.Current.Version}+{BuildVersion.Current.Commit}");
            return ExitCodes.Success;
        }
    }
}
