using System.Net;
using Airside.Service.Configuration;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Security;

/// <summary>Searches everything the service emits for planted secrets: responses, log, errors, metrics, startup failures.</summary>
public sealed class SecretTests
{
    private const string Canary = "canary-5d1e";

    [Fact]
    public async Task No_key_and_no_password_is_ever_answered_or_logged()
    {
        using var directory = new TemporaryDirectory();
        var keys = new TestKeys();
        var (known, unknown, mistyped) = (keys.Add("canary-holder", "read"), keys.Unknown, ApiKey.Create()[..^1]);
        var service = await ServiceProcess.StartAsync(
            [("SECRET_KEY", Canary), ("DB_PASSWORD", Canary), ("ConnectionStrings__Airside", $"Password={Canary}"), ("LOG_LEVEL", "Trace")],
            directory.Path,
            [.. keys.Settings, $"--Airside:Airlines:Source=https://user:{Canary}@192.0.2.1/a.dat", "--Airside:DrainSeconds=0"]);
        await using (service)
        {
            var said = "";
            string[] paths =
            [
                "/", "/config", "/api/v1/info", "/metrics", "/readyz", "/openapi/v1.json", "/no", $"/api/v1/routes/{known}",
                "/save-transaction/AR1", "/api/v1/load/airlines",
            ];
            foreach (var (path, key) in paths.SelectMany(path => (string[])[known, unknown, mistyped], (path, key) => (path, key)))
            {
                var method = path.StartsWith("/save", StringComparison.Ordinal) || path.Contains("load", StringComparison.Ordinal)
                    ? HttpMethod.Post : HttpMethod.Get;
                using var response = await service.Client.SendAsync(method, path, ("X-Api-Key", key));

                // What a client puts into the URL is returned to that client only.
                said += path.EndsWith(known, StringComparison.Ordinal)
                    ? ""
                    : $"{response.Headers}{await response.Content.ReadAsStringAsync()}";
            }

            service.Signal(ServiceProcess.Terminate);
            Assert.Equal(0, await service.ExitCodeAsync());
            said += service.Output + service.Errors;

            Assert.Contains("canary-holder", said, StringComparison.Ordinal);
            Assert.All((string[])[Canary, known, unknown, mistyped, known[3..35], ApiKey.HashText(known)[7..]], secret =>
                Assert.DoesNotContain(secret, said, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("--Airside:Postgres:Password=" + Canary)]
    [InlineData("--Airside:Security:Key=" + Canary)]
    [InlineData("--Airside:Security:Keys=" + Canary)]
    [InlineData("--Airside:Security:Keys:0:Hash=" + Canary)]
    [InlineData("--Airside:Security:Keys:0:Secret=" + Canary)]
    public async Task A_start_that_fails_over_a_misplaced_secret_does_not_say_it(string setting)
    {
        var (exitCode, text) = await ServiceProcess.RunToEndAsync(setting, "--urls=http://127.0.0.1:0");

        Assert.Equal(2, exitCode);
        Assert.Contains("Airside:", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_loaded_a_catalog_is_on_record_with_the_trace_id_whatever_the_level_of_the_log()
    {
        using var directory = new TemporaryDirectory();
        var keys = new TestKeys();
        var key = keys.Add("nightly", "airlines:load");
        await using var service = await ServiceProcess.StartAsync(
            [("LOG_LEVEL", "Information")], directory.Path, [.. keys.Settings, "--Airside:DrainSeconds=0"]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/load/airlines");
        request.Content = new StringContent(AirlineFiles.Small, null, "text/csv");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.Add("X-Api-Key", key);

        using var response = await service.Client.SendAsync(request);
        await response.JsonAsync(HttpStatusCode.OK);
        service.Signal(ServiceProcess.Terminate);
        await service.ExitCodeAsync();

        var line = Assert.Single(service.Output.Split('\n'), line => line.Contains("\"EventId\":2001", StringComparison.Ordinal));
        Assert.Contains("Catalog loaded by nightly from 127.0.0.1", line, StringComparison.Ordinal);
        Assert.Contains("0af7651916cd43dd8448eb211c80319c", line, StringComparison.Ordinal);
        Assert.Contains("\"Category\":\"Airside.Audit\"", line, StringComparison.Ordinal);
    }
}
