using Airside.Archives;
using Airside.Core;
using Airside.Service.Hosting;

namespace Airside.Service.Commands;

/// <summary><c>reconcile</c>: recomputes the totals from hours and keys.</summary>
internal static class ReconcileCommand
{
    public static async Task<int> RunAsync(CommandContext context)
    {
        await using var store = await context.OpenStoreToReadAsync();
        await using var output = new StreamWriter(context.Output, leaveOpen: true);
        var space = new SortSpace(Path.GetTempPath());
        var differences = Reconciliation.CheckAsync(
            store.Archive.ReadAsync(context.Stopping),
            store.Ledger.KeyWindow,
            context.TimeProvider,
            space,
            context.Progress("read"),
            context.Stopping);
        var count = await ArchiveFile.GuardAsync(space.Directory, "used to sort", () => ShowAsync(differences, output));
        await output.WriteLineAsync(count == 0
            ? "No differences: totals, hours and keys agree."
            : $"{count} {(count == 1 ? "difference" : "differences")} between totals, hours and keys.");
        return count == 0 ? ExitCodes.Success : ExitCodes.Difference;
    }

    private static async Task<long> ShowAsync(IAsyncEnumerable<LedgerDifference> differences, StreamWriter output)
    {
        var count = 0L;
        await foreach (var difference in differences)
        {
            if (++count <= Limits.DifferencesShownMax)
            {
                await output.WriteLineAsync($"{difference}");
            }
        }

        return count;
    }
}
