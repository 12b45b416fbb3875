using System.Diagnostics;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Security;
using Airside.Service.Telemetry;
using Airside.Service.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Service.Tests.Security;

/// <summary>Changes to the keys file, with a clock that the test advances.</summary>
public sealed class KeysFileTests : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(Limits.KeysFilePollMs);
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly string _first = ApiKey.Create();
    private readonly string _second = ApiKey.Create();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Keys_come_and_go_with_the_file_within_two_looks_and_those_take_less_than_five_seconds()
    {
        using var keys = Open(TestKeys.Entry("one", "read", _first));
        Assert.NotNull(keys.Ring.Find(_first));

        Look($"[{TestKeys.Entry("one", "read", _first)},{TestKeys.Entry("two", "read", _second)}]");
        Assert.NotNull(keys.Ring.Find(_first));
        Assert.NotNull(keys.Ring.Find(_second));

        Look($"[{TestKeys.Entry("two", "airlines:load", _second)}]");
        Assert.Null(keys.Ring.Find(_first));
        Assert.Equal([Scopes.LoadAirlines], keys.Ring.Find(_second)!.Key.Scopes);
        Assert.InRange(2 * Limits.KeysFilePollMs, 1, 4_999);
    }

    [Fact]
    public void A_broken_file_keeps_the_keys_that_still_stand_in_it_and_no_other_and_says_so()
    {
        using var keys = Open(TestKeys.Entry("one", "read", _first), TestKeys.Entry("two", "read", _second));
        var broken = $"[{TestKeys.Entry("two", "read", _second)},, nonsense";

        // At first, someone may still be writing it.
        Look(broken);
        Assert.NotNull(keys.Ring.Find(_first));
        Assert.Contains("line 1", keys.Fault, StringComparison.Ordinal);

        Look(broken);
        Assert.Null(keys.Ring.Find(_first));
        Assert.NotNull(keys.Ring.Find(_second));
        Assert.NotNull(keys.Fault);

        Look($"[{TestKeys.Entry("one", "read", _first)}]");
        Assert.NotNull(keys.Ring.Find(_first));
        Assert.Null(keys.Ring.Find(_second));
        Assert.Null(keys.Fault);
    }

    [Fact]
    public void A_file_that_changes_and_stays_broken_does_not_keep_a_revoked_key_alive()
    {
        using var keys = Open(TestKeys.Entry("one", "read", _first));

        for (var look = 0; look < 3; look++)
        {
            Look($"nonsense {look}");
        }

        Assert.Null(keys.Ring.Find(_first));
    }

    [Fact]
    public void A_file_that_is_removed_leaves_no_key()
    {
        using var keys = Open(TestKeys.Entry("one", "read", _first));
        File.Delete(_directory.File("keys.json"));

        _time.Advance(PollInterval);
        _time.Advance(PollInterval);

        Assert.Empty(keys.Ring.Keys);
        Assert.Contains("cannot be read", keys.Fault, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_file_whose_reading_hangs_is_told_of_revokes_its_keys_and_is_not_waited_for()
    {
        using var keys = Open(TimeProvider.System, TestKeys.Entry("one", "read", _first));
        var file = _directory.File("keys.json");
        File.Delete(file);
        using (var made = Process.Start("mkfifo", file))
        {
            await made.WaitForExitAsync();
        }

        await Waiting.UntilAsync(() => keys.Ring.Keys.Count == 0, "the keys to be revoked");
        Assert.Contains("has not ended", keys.Fault, StringComparison.Ordinal);

        // The hanging read never ends, but the replacement file is still found.
        File.Delete(file);
        await File.WriteAllTextAsync(file, $"[{TestKeys.Entry("two", "read", _second)}]");
        await Waiting.UntilAsync(() => keys.Ring.Find(_second) is not null, "the new file to be read");
        Assert.Null(keys.Fault);
    }

    [Fact]
    public void A_broken_file_that_stays_the_same_is_looked_at_and_left_alone()
    {
        using var keys = Open(TestKeys.Entry("one", "read", _first), TestKeys.Entry("two", "read", _second));
        var broken = $"[{TestKeys.Entry("two", "read", _second)},, nonsense";
        Look(broken);
        Look(broken);
        var ring = keys.Ring;
        Look(broken);
        Look(broken);

        Assert.Same(ring, keys.Ring);
        Assert.NotNull(keys.Ring.Find(_second));
        Assert.NotNull(keys.Fault);
    }

    [Theory]
    [InlineData("{}", "is not a JSON array")]
    [InlineData("[{\"name\":\"a\"}]", "entry 0")]
    [InlineData("[null]", "entry 0")]
    [InlineData("[{\"name\":\"a\",\"scopes\":[\"read\"],\"hash\":\"x\",\"expiry\":\"2020-01-01\"}]", "cannot be read")]
    [InlineData(null, "cannot be read")]
    public async Task A_file_that_cannot_be_read_ends_the_start_with_2(string? content, string cause)
    {
        var file = _directory.File("keys.json");
        if (content is not null)
        {
            await File.WriteAllTextAsync(file, content);
        }

        var (exitCode, text) = await ServiceProcess.RunToEndAsync(
            $"--Airside:DataDirectory={_directory.File("data")}", $"--Airside:Security:KeysFile={file}", "--urls=http://127.0.0.1:0");

        Assert.Equal(2, exitCode);
        Assert.Contains(cause, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_before_the_keys_means_nothing()
    {
        using var keys = Open(TestKeys.Entry("one", "read", _first));
        Look($"\uFEFF[{TestKeys.Entry("one", "read", _first)},{TestKeys.Entry("two", "read", _second)}]");

        Assert.Equal(["one", "two"], keys.Ring.Keys.Select(key => key.Name));
    }

    private CurrentKeys Open(params string[] entries) => Open(_time, entries);

    private CurrentKeys Open(TimeProvider timeProvider, params string[] entries)
    {
        File.WriteAllText(_directory.File("keys.json"), $"[{string.Join(',', entries)}]");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("Airside:Security:KeysFile", _directory.File("keys.json"))]).Build();
        var loggers = NullLoggerFactory.Instance;
        return new CurrentKeys(AirsideOptions.Read(configuration).Security, new AuditLog(loggers), timeProvider, loggers);
    }

    private void Look(string content)
    {
        File.WriteAllText(_directory.File("keys.json"), content);
        _time.Advance(PollInterval);
    }
}
