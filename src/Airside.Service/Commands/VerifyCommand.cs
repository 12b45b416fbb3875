using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Service.Hosting;

namespace Airside.Service.Commands;

/// <summary><c>verify</c>: makes a running service do its work once. The chart runs it as <c>helm test</c> from the same image.</summary>
internal static class VerifyCommand
{
    /// <summary>Environment variable with the API key to send, if the service requires one.</summary>
    public const string ApiKeyVariable = "AIRSIDE_API_KEY";

    /// <summary>No airline has this designator, so these routes belong to no one.</summary>
    private const string Designator = "ZZ";

    /// <summary>Runs it.</summary>
    /// <exception cref="ArgumentsException">The address is invalid.</exception>
    public static async Task<int> RunAsync(CommandContext context, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentsException(
                $"'verify' needs the URL of a running service, such as http://localhost:5080, instead of '{DisplayText.Shorten(url)}'.");
        }

        using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(Limits.VerifyRequestTimeoutSeconds) };
        if (Environment.GetEnvironmentVariable(ApiKeyVariable) is { Length: > 0 } apiKey)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        }

        await using var output = new StreamWriter(context.Output, leaveOpen: true);
        try
        {
            await output.WriteLineAsync(await ReadyAsync(client, context));
            await output.WriteLineAsync(await TransactionAsync(client, context.Stopping));
            await output.WriteLineAsync(await AirlinesAsync(client, context.Stopping));
            return ExitCodes.Success;
        }
        catch (VerificationException exception)
        {
            await context.Messages.WriteLineAsync($"Not verified. {exception.Message}");
            return ExitCodes.NotVerified;
        }
    }

    /// <summary>Waits for a service that was just installed.</summary>
    private static async Task<string> ReadyAsync(HttpClient client, CommandContext context)
    {
        for (var second = 1; ; second++)
        {
            try
            {
                await SendAsync(client, HttpMethod.Get, "/readyz", HttpStatusCode.OK, context.Stopping);
                return $"{client.BaseAddress} is ready.";
            }
            catch (VerificationException) when (second < Limits.VerifyReadyAttemptsMax)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), context.TimeProvider, context.Stopping);
            }
        }
    }

    /// <summary>Records a transaction twice with one key and checks that it counted once.</summary>
    private static async Task<string> TransactionAsync(HttpClient client, CancellationToken stopping)
    {
        var path = await UnusedRouteAsync(client, stopping);
        var key = $"verify-{Guid.NewGuid()}";
        var first = await SendAsync(client, HttpMethod.Post, path, HttpStatusCode.Created, stopping, key);
        var repeat = await SendAsync(client, HttpMethod.Post, path, HttpStatusCode.OK, stopping, key);
        var total = await SendAsync(client, HttpMethod.Get, path, HttpStatusCode.OK, stopping);
        long[] counts = [CountOf(first), CountOf(repeat), CountOf(total)];
        return counts is [1, 1, 1]
            ? $"{path}: recorded twice with one key, counted once."
            : throw new VerificationException(
                $"{path}: recorded twice with one key, the responses said {counts[0]} and {counts[1]}, and the total is "
                + $"{counts[2]} instead of 1.");
    }

    private static async Task<string> UnusedRouteAsync(HttpClient client, CancellationToken stopping)
    {
        for (var attempt = 0; attempt < Limits.VerifyRouteAttemptsMax; attempt++)
        {
            var route = $"{Designator}{Random.Shared.Next(1, 10_000)}{(char)('A' + Random.Shared.Next(26))}";
            var path = $"/api/v1/routes/{route}/transactions";
            if (CountOf(await SendAsync(client, HttpMethod.Get, path, HttpStatusCode.OK, stopping)) == 0)
            {
                return path;
            }
        }

        throw new VerificationException($"No route of {Designator} without transactions was found.");
    }

    /// <summary>Loads the built-in sample if nothing else was loaded, so that no real catalog is replaced.</summary>
    private static async Task<string> AirlinesAsync(HttpClient client, CancellationToken stopping)
    {
        var info = await SendAsync(client, HttpMethod.Get, "/api/v1/info", HttpStatusCode.OK, stopping);
        var airlines = info.GetProperty("airlines");
        if (!airlines.GetProperty("isSample").GetBoolean())
        {
            return $"{airlines.GetProperty("count")} airlines are loaded and stay as they are.";
        }

        using var file = new ByteArrayContent(SampleAirlines.File());
        file.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        var loaded = await SendAsync(client, HttpMethod.Post, "/api/v1/load/airlines", HttpStatusCode.OK, stopping, content: file);
        return $"{loaded.GetProperty("airlines")} airlines were loaded.";
    }

    private static long CountOf(JsonElement answer) => answer.GetProperty("transactions").GetInt64();

    private static async Task<JsonElement> SendAsync(
        HttpClient client, HttpMethod method, string path, HttpStatusCode expected, CancellationToken stopping, string? key = null,
        HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        try
        {
            using var response = await client.SendAsync(request, stopping);
            var text = await response.Content.ReadAsStringAsync(stopping);
            return response.StatusCode == expected
                ? JsonSerializer.Deserialize(text, HostingJson.Default.JsonElement)
                : throw new VerificationException(
                    $"{method} {path} returned {(int)response.StatusCode} instead of {(int)expected}: "
                    + text[..Math.Min(text.Length, Limits.VerifyResponseShownMax)]);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or JsonException || (exception is TaskCanceledException && !stopping.IsCancellationRequested))
        {
            throw new VerificationException($"{method} {path} got no response from the service: {exception.Message}");
        }
    }

    private sealed class VerificationException(string message) : Exception(message);
}
