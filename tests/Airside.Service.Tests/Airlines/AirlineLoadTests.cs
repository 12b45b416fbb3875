using System.Net;
using System.Text;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Airlines;

public sealed class AirlineLoadTests
{
    private const string Load = "/api/v1/load/airlines";
    private const string List = "/api/v1/airlines";
    private const string Csv = "text/csv";

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task Every_row_of_a_small_file_is_read_back_as_it_stands_in_the_file()
    {
        await using var service = await RunningService.StartAsync();

        using var response = await service.Client.PostAsync(Load, Csv, AirlineFiles.Small);

        var answer = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(["message", "source", "airlines", "version"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Data Loaded", answer.GetProperty("message").GetString());
        Assert.Equal("body", answer.GetProperty("source").GetString());
        Assert.Equal(5, answer.GetProperty("airlines").GetInt32());
        await AssertHoldsAsync(service.Client, Encoding.UTF8.GetBytes(AirlineFiles.Small));
        var info = (await service.Client.JsonAsync("/api/v1/info")).GetProperty("airlines");
        Assert.Equal(answer.GetProperty("version").GetString(), info.GetProperty("version").GetString());
        Assert.Equal(JsonValueKind.False, info.GetProperty("isSample").ValueKind);
    }

    [Fact]
    public async Task Every_row_of_the_real_file_is_read_back_as_it_stands_in_the_file()
    {
        var file = AirlineFiles.OpenFlights();
        await using var service = await RunningService.StartAsync();

        using var response = await service.Client.PostAsync(Load, Csv, file);

        Assert.Equal(
            file.Count(character => character == '\n'), (await response.JsonAsync(HttpStatusCode.OK)).GetProperty("airlines").GetInt32());
        await AssertHoldsAsync(service.Client, file);
        var lowerCase = Encoding.UTF8.GetString(file).Split('\n').Single(row => row.EndsWith(",\"n\"", StringComparison.Ordinal));
        var airline = await service.Client.JsonAsync($"{List}/{lowerCase.Split(',')[0]}");
        Assert.Equal("N", airline.GetProperty("active").GetString());
    }

    [Theory]
    [InlineData("2,\"Two\",\\N,\"\",\"\",\"\",\"\",\"X\"", 2, "active")]
    [InlineData("two,\"Two\",\\N,\"\",\"\",\"\",\"\",\"Y\"", 2, "id")]
    [InlineData("1,\"Two\",\\N,\"\",\"\",\"\",\"\",\"Y\"", 2, "id")]
    [InlineData("2,\\N,\\N,\"\",\"\",\"\",\"\",\"Y\"", 2, "name")]
    [InlineData("2,\"Two\",\\N,\"\",\"\",\"\",\"Y\"", 2, null)]
    [InlineData("2,\"Two,\\N,\"\",\"\",\"\",\"\",\"Y\"", 2, null)]
    public async Task One_bad_line_is_named_with_422_and_changes_nothing(string bad, int line, string? column)
    {
        await using var service = await RunningService.StartAsync();
        using var good = await service.Client.PostAsync(Load, Csv, AirlineFiles.Small);
        var before = await StateAsync(service.Client);

        using var response = await service.Client.PostAsync(
            Load, Csv, $"1,\"One\",\\N,\"\",\"\",\"\",\"\",\"Y\"\n{bad}\n3,\"Three\",\\N,\"\",\"\",\"\",\"\",\"Y\"\n");

        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-airline-file");
        var error = problem.GetProperty("errors")[0];
        Assert.Equal(line, error.GetProperty("line").GetInt32());
        Assert.Equal(column, error.GetProperty("column").GetString());
        Assert.NotEmpty(error.GetProperty("cause").GetString()!);
        Assert.Contains($"line {line}", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(before, await StateAsync(service.Client));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    public async Task An_empty_file_is_refused_with_422_and_changes_nothing(string file)
    {
        await using var service = await RunningService.StartAsync();
        var before = await StateAsync(service.Client);

        using var response = await service.Client.PostAsync(Load, Csv, file);

        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-airline-file");
        Assert.Equal(before, await StateAsync(service.Client));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("text/csv; charset=iso-8859-1")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task A_body_of_another_type_is_refused_with_415_and_changes_nothing(string contentType)
    {
        await using var service = await RunningService.StartAsync();
        var before = await StateAsync(service.Client);

        using var response = await service.Client.PostAsync(Load, contentType, AirlineFiles.Small);

        var problem = await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        Assert.Contains($"'{contentType}', but this URL reads text/csv in UTF-8", problem.Detail(), StringComparison.Ordinal);
        Assert.Contains("-H 'Content-Type: text/csv' --data-binary @FILE", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(
            contentType.Contains("iso-8859-1", StringComparison.Ordinal),
            problem.Detail().Contains("iconv -f iso-8859-1 -t UTF-8", StringComparison.Ordinal));
        Assert.Equal(before, await StateAsync(service.Client));
    }

    [Fact]
    public async Task A_file_of_another_kind_is_called_what_it_is_in_one_sentence()
    {
        await using var service = await RunningService.StartAsync();

        using var response = await service.Client.PostAsync(Load, Csv, "<!DOCTYPE html><html><body>404</body></html>");

        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid-airline-file");
        Assert.Equal(
            "Nothing was changed: the file is an HTML page, often an error or sign-in page; download the file itself, for example with "
            + "curl -fL.",
            problem.Detail());
    }

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task A_body_past_16_MiB_is_refused_with_413_and_changes_nothing_whether_it_tells_its_length_or_not()
    {
        await using var service = await RunningService.StartAsync();
        var before = await StateAsync(service.Client);
        var body = new byte[(16 * 1024 * 1024) + 1];
        Array.Fill(body, (byte)'\n');

        using var response = await service.Client.PostAsync(Load, Csv, body);
        var (status, text) = await RawHttp.PostChunkAsync(service.Address, Load, Csv, body);

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body-too-large");
        Assert.Equal(413, status);
        Assert.Contains("urn:airside:problem:body-too-large", text, StringComparison.Ordinal);
        Assert.Equal(before, await StateAsync(service.Client));
    }

    [Fact]
    [Trait("Category", "Smoke")]
    public async Task The_catalog_survives_a_restart_with_its_source_and_version_and_is_not_the_sample()
    {
        using var directory = new TemporaryDirectory();
        string before;
        await using (var service = await RunningService.StartOverAsync(directory.Path))
        {
            using var response = await service.Client.PostAsync(Load, Csv, AirlineFiles.Small);
            await response.JsonAsync(HttpStatusCode.OK);
            before = await StateAsync(service.Client);
        }

        await using var restarted = await RunningService.StartOverAsync(directory.Path);

        Assert.Equal(before, await StateAsync(restarted.Client));
        await AssertHoldsAsync(restarted.Client, Encoding.UTF8.GetBytes(AirlineFiles.Small));
        var airlines = (await restarted.Client.JsonAsync("/api/v1/info")).GetProperty("airlines");
        Assert.Equal("body", airlines.GetProperty("source").GetString());
        Assert.Equal(JsonValueKind.False, airlines.GetProperty("isSample").ValueKind);
    }

    [Fact]
    public async Task The_same_content_has_the_same_version_and_other_content_another()
    {
        await using var service = await RunningService.StartAsync();
        var versions = new List<string?>();
        foreach (var file in new[] { AirlineFiles.Small, AirlineFiles.Uniform("A", 3), AirlineFiles.Small })
        {
            versions.Add((await AirlineFiles.LoadAsync(service.Client, file)).GetProperty("version").GetString());
        }

        Assert.Equal(versions[0], versions[2]);
        Assert.NotEqual(versions[0], versions[1]);
    }

    [Theory]
    [InlineData("4")]
    [InlineData("0")]
    [InlineData("x")]
    [InlineData("1.0")]
    [InlineData("99999999999999999999")]
    [InlineData("%01x")]
    public async Task An_unknown_airline_is_answered_with_404(string id)
    {
        await using var service = await RunningService.StartAsync();
        using var load = await service.Client.PostAsync(Load, Csv, AirlineFiles.Small);

        using var response = await service.Client.GetAsync($"{List}/{id}");

        var problem = await response.ProblemAsync(HttpStatusCode.NotFound, "unknown-airline");
        Assert.DoesNotContain(problem.Detail(), char.IsControl);
    }

    /// <summary>Returns all state in which a catalog change would show.</summary>
    internal static async Task<string> StateAsync(HttpClient client) =>
        (await client.JsonAsync("/api/v1/info")).GetProperty("airlines").GetRawText() + await client.GetStringAsync(List);

    /// <summary>Asserts that the list and each single airline equal the rows of the file.</summary>
    internal static async Task AssertHoldsAsync(HttpClient client, byte[] file)
    {
        var expected = AirlineFiles.Expected(file);
        var list = await client.JsonAsync(List);
        Assert.Equal(expected, AirlineFiles.Rows(list));

        var ids = list.GetProperty("airlines").EnumerateArray().Select(airline => airline.GetProperty("id").GetInt32()).ToArray();
        var single = new string[ids.Length];
        await Parallel.ForEachAsync(Enumerable.Range(0, ids.Length), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            single[i] = AirlineFiles.Row(await client.JsonAsync($"{List}/{ids[i]}")));
        Assert.Equal(expected, single);
    }
}
