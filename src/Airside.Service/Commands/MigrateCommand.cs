namespace Airside.Service.Commands;

/// <summary><c>migrate</c>: prepares the store for this version, once before the first process of the version starts.</summary>
internal static class MigrateCommand
{
    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(CommandContext context)
    {
        await using var store = context.MakeStore();
        var steps = await store.MigrateAsync(context.Stopping);
        await using var output = new StreamWriter(context.Output, leaveOpen: true);
        foreach (var step in steps)
        {
            await output.WriteLineAsync(step);
        }

        await output.WriteLineAsync(steps.Count == 0 ? "The store is ready; nothing was to be done." : "The store is ready.");
        return ExitCodes.Success;
    }
}
