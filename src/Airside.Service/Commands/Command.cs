namespace Airside.Service.Commands;

/// <summary>One thing that the executable does besides serving.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Operands">What it needs to be told, by the names that its usage shows.</param>
/// <param name="Purpose">What it does, in a sentence.</param>
/// <param name="RunAsync">Does it and gives the exit code.</param>
internal sealed record Command(string Name, IReadOnlyList<string> Operands, string Purpose, Func<CommandContext, Task<int>> RunAsync)
{
    /// <summary>Asks for help as other programs are asked.</summary>
    public const string HelpSwitch = "--help";

    /// <summary>All commands, as help lists them.</summary>
    public static IReadOnlyList<Command> All { get; } =
    [
        new("migrate", [], "makes or upgrades the tables of the store", MigrateCommand.RunAsync),
        new("export", ["FILE|-"], "writes ledger and airline catalog to a file, or to the standard output", ExportCommand.RunAsync),
        new("import", ["FILE"], "brings an exported file into a store without transactions", ImportCommand.RunAsync),
        new("reconcile", [], "recomputes the totals from hours and keys, and ends with 1 where they differ", ReconcileCommand.RunAsync),
        new("verify", ["URL"], "records a transaction at a running service, reads it, and loads airlines", VerifyCommand.RunAsync),
        new("keys", ["create|list"], "makes an API key (--name N --scopes A,B [--expires DATE]), or lists the configured ones",
            KeysCommand.RunAsync),
        new("help", [], "shows this", HelpCommand.RunAsync),
    ];

    /// <summary>How it is called.</summary>
    public string Usage => string.Join(' ', ["Airside.Service", Name, .. Operands]);

    /// <summary>Whether a word calls it.</summary>
    public bool IsCalled(string word) => word == Name || (Name == "help" && word is HelpSwitch or "-h");
}
