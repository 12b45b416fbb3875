using Airside.Core.Archives;

namespace Airside.Service.Commands;

/// <summary><c>import</c>: brings an archive into a store without transactions.</summary>
internal static class ImportCommand
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(CommandContext context)
    {
        var path = context.Operands[0];
        if (path == CommandLine.StandardOutput)
        {
            throw CommandLineException.NoStandardInput();
        }

        var outcome = await ArchiveFile.GuardAsync(path, "read", async () =>
        {
            // Opened before the store, so that a mistyped name changes nothing.
            await using var probe = Open(path);
            await using var store = await context.OpenStoreAsync();
            return await ArchiveTransfer.ImportAsync(
                store, () => Open(path), context.TimeProvider, context.Progress("imported"), context.Stopping);
        });
        await context.Messages.WriteLineAsync(outcome.WasImportedBefore
            ? $"This archive was imported before; nothing was changed. Its checksum is {outcome.Archive.Id}."
            : $"Imported {outcome.Archive.Counts}, with checksum {outcome.Archive.Id}.");
        return ExitCodes.Success;
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
}
