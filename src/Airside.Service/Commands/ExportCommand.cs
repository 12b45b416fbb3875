using Airside.Archives;
using Airside.Core.Stores;
using Airside.Service.Hosting;
using Airside.Stores;
using Airside.Stores.Embedded.Disk;

namespace Airside.Service.Commands;

/// <summary><c>export</c>: writes the whole store as an archive.</summary>
internal static class ExportCommand
{
    private const string StandardOutput = "-";

    public static async Task<int> RunAsync(CommandContext context, string path, NameConversion conversion)
    {
        await using var store = await context.OpenStoreToReadAsync();
        var archive = await ArchiveFile.GuardAsync(path, "written", () => path == StandardOutput
            ? WriteAsync(context, store, conversion, Path.GetTempPath(), context.Output)
            : DurableFile.WriteAsync(
                path, file => WriteAsync(context, store, conversion, Path.GetDirectoryName(Path.GetFullPath(path))!, file)));
        await context.ReportAsync(conversion);
        await context.Messages.WriteLineAsync($"Exported {archive.Counts}, with checksum {archive.Id}.");
        return ExitCodes.Success;
    }

    private static Task<ArchiveSummary> WriteAsync(
        CommandContext context, IStore store, NameConversion conversion, string sortDirectory, Stream output) =>
        ArchiveTransfer.ExportAsync(
            store, output, context.TimeProvider, conversion, new SortSpace(sortDirectory), context.Progress("read"), context.Stopping);
}
