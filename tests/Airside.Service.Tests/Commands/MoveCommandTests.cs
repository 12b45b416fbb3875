using System.Security.Cryptography;
using System.Text;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Commands;

/// <summary><c>export</c> and <c>import</c> as operators run them.</summary>
public sealed class MoveCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task A_store_that_was_exported_and_imported_answers_as_before()
    {
        await RecordAsync("old", routes: 3);
        await SucceedAsync("Exported 1 catalog, 5 airlines, 3 routes, ", "old", "export", Archive);
        await SucceedAsync("Imported 1 catalog, 5 airlines, 3 routes, ", "new", "import", Archive);
        await SucceedAsync("Exported", "new", "export", _directory.File("again.ndjson"));

        Assert.Equal(await File.ReadAllBytesAsync(Archive), await File.ReadAllBytesAsync(_directory.File("again.ndjson")));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path, "*.tmp"));
        await using var service = await RunningService.StartOverAsync(_directory.File("new"));
        Assert.Equal(2, await service.Client.TotalAsync("MV1"));
        using var repeat = await service.Client.RecordAsync("MV1", "MV1 first");
        Assert.Equal("true", Assert.Single(repeat.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(2, await service.Client.TotalAsync("MV1"));
    }

    [Fact]
    public async Task The_standard_output_gets_the_archive_and_nothing_else()
    {
        await RecordAsync("old", routes: 1);
        await SucceedAsync("Exported", "old", "export", Archive);
        var (exitCode, output, errors) = await RunAsync("old", "export", "-");

        Assert.Equal(0, exitCode);
        Assert.Equal(await File.ReadAllTextAsync(Archive), output);
        Assert.StartsWith("Exported", errors.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_is_run_again_says_so_and_changes_nothing()
    {
        await RecordAsync("old", routes: 1);
        await SucceedAsync("Exported", "old", "export", Archive);
        await SucceedAsync("Imported", "new", "import", Archive);
        await SucceedAsync("was already imported; nothing changed", "new", "import", Archive);
        await SucceedAsync("No difference", "new", "reconcile");
    }

    [Fact]
    public async Task A_store_with_transactions_is_not_imported_into()
    {
        await RecordAsync("old", routes: 1);
        await RecordAsync("busy", routes: 2);
        await SucceedAsync("Exported", "old", "export", Archive);
        await FailAsync(3, "already recorded 4 transactions", "busy", "import", Archive);
        await SucceedAsync("Exported 1 catalog, 5 airlines, 2 routes, ", "busy", "export", Archive);
    }

    [Fact]
    public async Task A_file_that_is_no_archive_is_refused_with_5_line_and_cause()
    {
        await File.WriteAllTextAsync(Archive, "id,name\n");
        await FailAsync(5, "line 1: this is not an Airside archive", "new", "import", Archive);
        await FailAsync(5, _directory.File("missing"), "new", "import", _directory.File("missing"));
    }

    [Fact]
    public async Task A_file_that_was_cut_or_changed_is_refused_with_5_and_nothing_is_imported()
    {
        await RecordAsync("old", routes: 1);
        await SucceedAsync("Exported", "old", "export", Archive);
        var text = await File.ReadAllTextAsync(Archive);
        await File.WriteAllTextAsync(Archive, text[..^10]);
        await FailAsync(5, "cut short", "new", "import", Archive);
        await File.WriteAllTextAsync(Archive, text.Replace("MV1 first", "MV1 fjrst", StringComparison.Ordinal));
        await FailAsync(5, "the archive was changed", "new", "import", Archive);

        await SucceedAsync("Exported 0 catalog, 0 airlines, 0 routes, 0 days, 0 hours, 0 keys", "new", "export", Archive);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_refused_with_5_and_its_path()
    {
        await FailAsync(5, _directory.File("missing/archive"), "new", "export", _directory.File("missing/archive"));
    }

    [Fact]
    public async Task A_directory_in_use_by_the_service_is_refused_with_3()
    {
        await using var service = await ServiceProcess.StartAsync(_directory.File("old"));
        await FailAsync(3, "Another process", "old", "export", Archive);
        Assert.False(File.Exists(Archive));
    }

    [Fact]
    public async Task Sums_that_do_not_agree_end_reconcile_with_1_and_name_the_route()
    {
        // Hours and totals agree, but only one of two transactions has a key.
        var hourMs = DateTimeOffset.UnixEpoch.AddHours(Math.Floor((TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalHours))
            .ToUnixTimeMilliseconds() - 3_600_000;
        string[] lines =
        [
            """{"format":"airside-archive","version":1}""",
            $$"""{"route":"AR1133","total":2,"firstMs":{{hourMs}},"lastMs":{{hourMs}}}""",
            $$"""{"hourMs":{{hourMs}},"route":"AR1133","transactions":2}""",
            $$"""{"key":"a","route":"AR1133","total":2,"recordedMs":{{hourMs}}}""",
        ];
        var text = string.Concat(lines.Select(line => line + "\n"));
        var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var end = $$"""{"end":{"catalogs":0,"airlines":0,"routes":1,"hours":1,"keys":1},"sha256":"{{checksum}}"}""";
        await File.WriteAllTextAsync(Archive, text + end + "\n");
        await SucceedAsync("Imported", "new", "import", Archive);

        var (exitCode, output, _) = await RunAsync("new", "reconcile");

        Assert.Equal(7, exitCode);
        Assert.Matches("AR1133: transactions of the hour .*, by its keys: expected 1, found 2\n", output);
        Assert.EndsWith("1 difference between totals, hours and keys.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task Sums_that_agree_end_reconcile_with_0()
    {
        await RecordAsync("old", routes: 5);
        await SucceedAsync("No difference", "old", "reconcile");
    }

    [Fact]
    public async Task A_store_with_names_of_an_earlier_version_is_refused_until_it_is_converted()
    {
        Directory.CreateDirectory(_directory.File("old"));
        foreach (var file in Directory.GetFiles(Repository.PathOf("tests/Airside.Stores.Tests/Embedded/earlier/spellings")))
        {
            File.Copy(file, Path.Combine(_directory.File("old"), Path.GetFileName(file)));
        }

        var (exitCode, text) = await ServiceProcess.RunToEndAsync(
            $"--Airside:DataDirectory={_directory.File("old")}", "--urls=http://127.0.0.1:0");
        Assert.Equal(3, exitCode);
        Assert.Contains("Airside.Service export FILE", text, StringComparison.Ordinal);

        await FailAsync(2, "- BA0000: 1 transaction\n- BA12345: 2 transactions\n", "old", "export", Archive);
        await FailAsync(2, "- 1234567: 1 transaction\n", "old", "export", Archive, "--map", "BA12345=BA1234", "--drop", "ba0000");
        await FailAsync(
            2, "1 name is not a flight designator.", "old", "export", Archive, "--map", "BA12345=BA1234", "--drop", "ba0000");
        await FailAsync(2, "NEW is a flight designator", "old", "export", Archive, "--map", "BA12345=BA00");
        await FailAsync(2, "no store can hold", "old", "export", Archive, "--drop", "nonsense");
        await FailAsync(2, "No decision is needed for LH0400", "old", "export", Archive, "--map=BA12345=BA1234", "--drop=BA0000",
            "--drop=1234567", "--drop=LH0400");
        Assert.False(File.Exists(Archive));
        await SucceedAsync(
            "LH0400 became LH400, with 2 transactions.",
            "old", "export", Archive, "--map=BA12345=ba 1234", "--drop=BA0000", "--drop=1234567");
        await SucceedAsync("Imported", "new", "import", Archive);

        await using var service = await RunningService.StartOverAsync(_directory.File("new"));
        Assert.Equal(
            [("BA1234", 2), ("KLM42X", 2), ("LH400", 4)],
            (await service.Client.JsonAsync("/api/v1/routes")).GetProperty("routes").EnumerateArray()
                .Select(route => (route.GetProperty("route").GetString(), route.GetProperty("transactions").GetInt32())));
    }

    [Fact]
    public async Task An_archive_with_names_of_an_earlier_version_is_converted_by_the_import()
    {
        var earlier = Repository.PathOf("tests/Airside.Stores.Tests/Embedded/earlier/spellings.ndjson");
        string[] decisions = ["--map=BA12345=BA1234", "--map=BA0000=BA1234", "--drop=1234567"];
        await FailAsync(2, "- BA12345: 2 transactions", "new", "import", earlier);
        await SucceedAsync(
            "The key second was recorded in two spellings that differ only in quotes: for LH400 at 2026-11-30T20:41:05.421Z, which stands",
            "new", ["import", earlier, .. decisions]);
        await SucceedAsync("was already imported", "new", ["import", earlier, .. decisions]);
    }

    public void Dispose() => _directory.Dispose();

    private string Archive => _directory.File("archive.ndjson");

    private async Task RecordAsync(string name, int routes)
    {
        await using var service = await RunningService.StartOverAsync(_directory.File(name));
        using var load = await service.Client.PostAsync("/api/v1/load/airlines", "text/csv", AirlineFiles.Small);
        for (var route = 1; route <= routes; route++)
        {
            using var first = await service.Client.RecordAsync($"MV{route}", $"MV{route} first");
            using var second = await service.Client.RecordAsync($"MV{route}", $"MV{route} second");
        }
    }

    private async Task SucceedAsync(string said, string store, params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(store, arguments);
        Assert.True(exitCode == 0, errors);
        Assert.Contains(said, output + errors, StringComparison.Ordinal);
    }

    private async Task FailAsync(int expected, string said, string store, params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(store, arguments);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.Contains($"Airside cannot {arguments[0]}.", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.Equal((expected, ""), (exitCode, output));
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(string store, params string[] arguments) =>
        ServiceProcess.RunCommandAsync([$"--Airside:DataDirectory={_directory.File(store)}", .. arguments]);
}
