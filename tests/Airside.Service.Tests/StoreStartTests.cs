using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests;

/// <summary>A store that cannot be opened ends the process with 3 and says why.</summary>
[Trait("Category", "Smoke")]
public sealed class StoreStartTests
{
    [Fact]
    public async Task A_second_process_on_the_same_directory_is_refused_with_3_and_the_first_goes_on()
    {
        using var directory = new TemporaryDirectory();
        await using var first = await ServiceProcess.StartAsync(directory.Path);

        var (exitCode, text) = await RunAsync(directory.Path);

        Assert.Equal(3, exitCode);
        Assert.Contains(directory.Path, text, StringComparison.Ordinal);
        Assert.Contains("Another process", text, StringComparison.Ordinal);
        using var recorded = await first.Client.RecordAsync("ST1");
        Assert.Equal(1, await first.Client.TotalAsync("ST1"));
    }

    [Fact]
    public async Task A_journal_that_is_damaged_in_the_middle_is_refused_with_3_its_file_and_the_offset()
    {
        using var directory = new TemporaryDirectory();
        await using (var service = await RunningService.StartOverAsync(directory.Path))
        {
            for (var i = 0; i < 10; i++)
            {
                using var recorded = await service.Client.RecordAsync("ST2");
            }
        }

        var journal = Directory.GetFiles(directory.Path, "journal-*.log").Single();
        var bytes = await File.ReadAllBytesAsync(journal);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(journal, bytes);

        var (exitCode, text) = await RunAsync(directory.Path);

        Assert.Equal(3, exitCode);
        Assert.Contains(Path.GetFileName(journal), text, StringComparison.Ordinal);
        Assert.Matches("offset [0-9]+", text);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(journal));
    }

    [Fact]
    public async Task A_catalog_that_is_damaged_is_refused_with_3_and_its_file()
    {
        using var directory = new TemporaryDirectory();
        await using (var service = await RunningService.StartOverAsync(directory.Path))
        {
            using var load = await service.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineFiles.Small);
        }

        var catalog = directory.File("airlines.json");
        var text = await File.ReadAllTextAsync(catalog);
        await File.WriteAllTextAsync(catalog, text.Replace("Seventh", "Seventy", StringComparison.Ordinal));

        var (exitCode, said) = await RunAsync(directory.Path);

        Assert.Equal(3, exitCode);
        Assert.Contains("airlines.json", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_refused_with_3_and_its_setting()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("file"), "");

        var (exitCode, text) = await RunAsync(directory.File("file/data"));

        Assert.Equal(3, exitCode);
        Assert.Contains("Airside:DataDirectory", text, StringComparison.Ordinal);
        Assert.Contains(directory.File("file/data"), text, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Text)> RunAsync(string dataDirectory) =>
        ServiceProcess.RunToEndAsync($"--Airside:DataDirectory={dataDirectory}", "--urls=http://127.0.0.1:0");
}
