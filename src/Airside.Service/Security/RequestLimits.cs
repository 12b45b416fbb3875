using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.RateLimiting;

namespace Airside.Service.Security;

/// <summary>
/// Limits for clients: a token bucket for each key, or for each address without a valid key, and a limit on concurrent requests. A
/// request above them gets 429 or 503 immediately, and nothing is done.
/// </summary>
internal static class RequestLimits
{
    /// <summary>Adds the limits. A service that is local to its machine has none: no one else can reach it.</summary>
    public static void AddRequestLimits(this WebApplicationBuilder builder, SecurityOptions options)
    {
        if (options.IsLocal)
        {
            return;
        }

        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(Concurrency(options), Buckets(options));
            limiter.OnRejected = async (context, _) => await RefuseAsync(context, options);
        });
    }

    public static void UseRequestLimits(this WebApplication app, SecurityOptions options)
    {
        if (!options.IsLocal)
        {
            app.UseRateLimiter();
        }
    }

    /// <summary>Excludes requests that stay open for long, such as an event stream, from the limit on concurrent requests.</summary>
    public static TBuilder WithoutConcurrencyLimit<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new LongLived()));
        return builder;
    }

    /// <summary>Returns the current limits, for <c>/api/v1/info</c>; null if there are none.</summary>
    public static RequestLimitsResponse? Describe(SecurityOptions options) => options.IsLocal
        ? null
        : new RequestLimitsResponse(
            options.RequestsPerSecondPerKey, options.RequestsPerSecondPerAddress, Limits.BurstSeconds, options.ConcurrentRequests);

    /// <summary>Returns the client that a request counts for. A 64-bit IPv6 network is one subscriber, who has all its addresses.</summary>
    public static string PartitionOf(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    private static PartitionedRateLimiter<HttpContext> Concurrency(SecurityOptions options)
    {
        var limiter = new ConcurrencyLimiterOptions { PermitLimit = Math.Max(1, options.ConcurrentRequests), QueueLimit = 0 };
        return PartitionedRateLimiter.Create<HttpContext, bool>(context =>
            options.ConcurrentRequests == 0 || context.GetEndpoint()?.Metadata.GetMetadata<LongLived>() is not null
                ? RateLimitPartition.GetNoLimiter(false)
                : RateLimitPartition.GetConcurrencyLimiter(true, _ => limiter));
    }

    private static PartitionedRateLimiter<HttpContext> Buckets(SecurityOptions options) =>
        PartitionedRateLimiter.Create<HttpContext, (bool IsKey, string Name)>(context =>
            context.User.Identity is { IsAuthenticated: true, Name: { } name }
                ? Bucket((true, name), options.RequestsPerSecondPerKey)
                : Bucket((false, PartitionOf(context.Connection.RemoteIpAddress)), options.RequestsPerSecondPerAddress));

    private static RateLimitPartition<(bool, string)> Bucket((bool, string) partition, int requestsPerSecond) => requestsPerSecond == 0
        ? RateLimitPartition.GetNoLimiter(partition)
        : RateLimitPartition.GetTokenBucketLimiter(partition, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = requestsPerSecond * Limits.BurstSeconds,
            TokensPerPeriod = Math.Max(1, requestsPerSecond / Limits.RefillsPerSecond),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / Math.Min(requestsPerSecond, Limits.RefillsPerSecond)),
            QueueLimit = 0,
        });

    private static Task RefuseAsync(OnRejectedContext context, SecurityOptions options)
    {
        var http = context.HttpContext;
        var isKey = http.User.Identity is { IsAuthenticated: true };

        // Only a bucket knows when it will have room again.
        var isBucket = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter);
        var seconds = Math.Max(Limits.RetryAfterSeconds, (int)Math.Ceiling(retryAfter.TotalSeconds));
        http.RequestServices.GetRequiredService<SecurityMetrics>().Limited(!isBucket ? "concurrency" : isKey ? "key" : "address");
        var problem = ProblemOf(isBucket, isKey, options);
        if (StreamRefusal.IsFor(http))
        {
            return StreamRefusal.SendAsync(http, problem.ProblemDetails.Detail!, seconds);
        }

        http.Response.Headers.RetryAfter = seconds.ToString();
        return problem.ExecuteAsync(http);
    }

    private static ProblemHttpResult ProblemOf(bool isBucket, bool isKey, SecurityOptions options) => (isBucket, isKey) switch
    {
        (false, _) => Problems.Problem(
            StatusCodes.Status503ServiceUnavailable,
            "overloaded",
            $"{options.ConcurrentRequests} requests are being served, the limit of Airside:Security:ConcurrentRequests. "
            + "Nothing was done; try again."),
        (true, true) => Problems.Problem(
            StatusCodes.Status429TooManyRequests,
            "too-many-requests",
            $"The key made more than {options.RequestsPerSecondPerKey} requests per second, the limit of "
            + "Airside:Security:RequestsPerSecondPerKey. Nothing was done; try again."),
        _ => Problems.Problem(
            StatusCodes.Status429TooManyRequests,
            "too-many-requests",
            $"The address made more than {options.RequestsPerSecondPerAddress} requests per second without a valid key, the limit of "
            + "Airside:Security:RequestsPerSecondPerAddress. Nothing was done; try again."),
    };

    private sealed class LongLived;
}

/// <summary>Limits for clients; 0 means no limit.</summary>
/// <param name="RequestsPerSecondPerKey">Average requests per second for each key.</param>
/// <param name="RequestsPerSecondPerAddress">Average requests per second for each address without a valid key.</param>
/// <param name="BurstSeconds">Seconds' worth of requests that may come in one burst.</param>
/// <param name="ConcurrentRequests">Maximum number of concurrent requests.</param>
internal sealed record RequestLimitsResponse(
    int RequestsPerSecondPerKey, int RequestsPerSecondPerAddress, int BurstSeconds, int ConcurrentRequests);
