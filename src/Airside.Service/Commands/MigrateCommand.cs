using Airside.Service.Hosting;

namespace Airside.Service.Commands;

/// <summary><c>migrate</c>: prepares the store for this version, once before its first process starts.</summary>
internal static class MigrateCommand
{
    public static async Task<int> RunAsync(CommandContext context)
    {
        await using var store = context.CreateStore();
        var steps = await store.MigrateAsync(context.Stopping);
        await using var output = new StreamWriter(context.Output, leaveOpen: true);
        foreach (var step in steps)
        {
            await output.WriteLineAsync(step);
        }

        await output.WriteLineAsync(steps.Count == 0 ? "The store is already up to date." : "The store is ready.");
        return ExitCodes.Success;
    }
}
