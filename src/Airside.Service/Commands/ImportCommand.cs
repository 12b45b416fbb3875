using Airside.Archives;
using Airside.Service.Hosting;

namespace Airside.Service.Commands;

/// <summary><c>import</c>: imports an archive into an empty store.</summary>
internal static class ImportCommand
{
    private const int BufferBytes = 64 * 1024;

    public static async Task<int> RunAsync(CommandContext context, string path, NameConversion conversion)
    {
        if (path == "-")
        {
            throw new ArgumentsException("'import' reads the file twice, so it needs the path of a file instead of '-'.");
        }

        var outcome = await ArchiveFile.GuardAsync(path, "read", async () =>
        {
            // Opened before the store, so that a mistyped path changes nothing.
            await using var probe = Open(path);
            await using var store = await context.OpenStoreAsync();
            return await ArchiveTransfer.ImportAsync(
                store,
                () => Open(path),
                context.TimeProvider,
                conversion,
                new SortSpace(Path.GetTempPath()),
                context.Progress("imported"),
                context.Stopping);
        });
        await context.ReportAsync(conversion);
        await context.Messages.WriteLineAsync(outcome.WasImportedBefore
            ? $"This archive was already imported; nothing changed. Its checksum is {outcome.Archive.Id}."
            : $"Imported {outcome.Archive.Counts}, with checksum {outcome.Archive.Id}.");
        return ExitCodes.Success;
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
}
