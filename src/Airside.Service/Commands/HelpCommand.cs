namespace Airside.Service.Commands;

/// <summary><c>help</c>: how the executable is called.</summary>
internal static class HelpCommand
{
    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(CommandContext context)
    {
        await using var output = new StreamWriter(context.Output, leaveOpen: true);
        await output.WriteLineAsync("Airside counts reservation transactions per flight route, exactly once.");
        await output.WriteLineAsync();
        await output.WriteLineAsync("  Airside.Service                  serves");
        foreach (var command in Command.All)
        {
            await output.WriteLineAsync($"  {command.Usage,-32} {command.Purpose}");
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync("Settings are given as --Airside:Key=value; docs/operate/configuration.md lists them.");
        return ExitCodes.Success;
    }
}
