using System.Net;
using Airside.Service.Commands;
using Airside.Service.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Airside.Service.Tests.Commands;

/// <summary><c>verify</c>, as <c>helm test</c> runs it.</summary>
public sealed class VerifyCommandTests
{
    [Fact]
    public async Task A_service_is_verified_any_number_of_times()
    {
        await using var service = await RunningService.StartAsync();
        Assert.Equal(
            (0, $"{service.Address} is ready.\n", true, "60 airlines were loaded."), await RunAsync(service.Address));
        var before = await service.Client.JsonAsync("/api/v1/airlines");

        Assert.Equal(
            (0, $"{service.Address} is ready.\n", true, "60 airlines are loaded and stay as they are."),
            await RunAsync(service.Address));
        Assert.Equal(before.ToString(), (await service.Client.JsonAsync("/api/v1/airlines")).ToString());
        var routes = (await service.Client.JsonAsync("/api/v1/routes")).GetProperty("routes").EnumerateArray().ToArray();
        Assert.Equal(2, routes.Length);
        Assert.All(routes, route => Assert.StartsWith("ZZ", route.GetProperty("route").GetString(), StringComparison.Ordinal));
        Assert.All(routes, route => Assert.Equal(1, route.GetProperty("transactions").GetInt64()));
    }

    [Theory]
    [InlineData(1, 1, 2, "the responses said 1 and 1, and the total is 2 instead of 1")]
    [InlineData(1, 2, 2, "the responses said 1 and 2, and the total is 2 instead of 1")]
    [InlineData(0, 0, 0, "the responses said 0 and 0, and the total is 0 instead of 1")]
    public async Task A_service_that_counts_wrongly_is_not_verified(int first, int repeat, int total, string said)
    {
        var posts = 0;
        await using var service = await StartAsync(app =>
        {
            app.MapGet("/readyz", () => Results.Json(new { status = "ready" }));
            app.MapGet("/api/v1/routes/{route}/transactions", () => Results.Json(new { transactions = posts == 0 ? 0 : total }));
            app.MapPost("/api/v1/routes/{route}/transactions", () => ++posts == 1
                ? Results.Json(new { transactions = first }, statusCode: 201)
                : Results.Json(new { transactions = repeat }));
        });
        await AssertNotVerifiedAsync(service, said);
    }

    [Fact]
    public async Task A_service_that_refuses_is_not_verified_and_its_words_are_shown()
    {
        await using var service = await StartAsync(app =>
        {
            app.MapGet("/readyz", () => Results.Json(new { status = "ready" }));
            app.MapGet("/api/v1/routes/{route}/transactions", () => Results.Json(new { transactions = 0 }));
            app.MapPost("/api/v1/routes/{route}/transactions", () => Results.Problem("no key", statusCode: 401));
        });
        await AssertNotVerifiedAsync(service, "returned 401 instead of 201: {", "no key");
    }

    [Fact]
    public async Task The_key_of_the_environment_is_sent()
    {
        var keys = new List<string>();
        await using var service = await StartAsync(app =>
        {
            app.MapGet("/readyz", (HttpRequest request) =>
            {
                keys.Add($"{request.Headers.Authorization}");
                return Results.Json(new { status = "ready" });
            });
        });
        await ServiceProcess.RunToEndAsync([(VerifyCommand.ApiKeyVariable, "ak_1")], "verify", service.Urls.Single());
        Assert.Equal(["Bearer ak_1"], keys);
    }

    private static async Task AssertNotVerifiedAsync(WebApplication service, params string[] said)
    {
        var (exitCode, _, errors) = await ServiceProcess.RunCommandAsync("verify", service.Urls.Single());
        Assert.Equal(8, exitCode);
        Assert.StartsWith("Not verified. ", errors, StringComparison.Ordinal);
        Assert.All(said, text => Assert.Contains(text, errors, StringComparison.Ordinal));
    }

    private static async Task<(int ExitCode, string Ready, bool IsCountedOnce, string Airlines)> RunAsync(Uri address)
    {
        var (exitCode, output, _) = await ServiceProcess.RunCommandAsync("verify", address.ToString());
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines is [var ready, var counted, var airlines]
            ? (exitCode, ready + "\n", counted.EndsWith(": recorded twice with one key, counted once.", StringComparison.Ordinal), airlines)
            : (exitCode, output, false, "");
    }

    /// <summary>Starts a server on a free loopback port that responds as a test specifies.</summary>
    private static async Task<WebApplication> StartAsync(Action<WebApplication> map)
    {
        var app = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]).Build();
        map(app);
        await app.StartAsync();
        return app;
    }
}
