using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Airside.Core;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.RateLimiting;

namespace Airside.Service.Security;

/// <summary>
/// How much one client may ask: a token bucket for each key, for requests without a valid one for each address, and a bound on what
/// is served at once. Past them a request is answered at once with 429 or 503, and nothing is done.
/// </summary>
internal static class RequestLimits
{
    /// <summary>Adds the limits. A service of one machine's own people has none: there is nobody to be protected from.</summary>
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

    /// <summary>Applies the limits.</summary>
    public static void UseRequestLimits(this WebApplication app, SecurityOptions options)
    {
        if (!options.IsLocal)
        {
            app.UseRateLimiter();
        }
    }

    /// <summary>For requests that stay open for long, such as a stream of events: they do not count as being served at once.</summary>
    public static TBuilder WithoutConcurrencyLimit<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new LongLived()));
        return builder;
    }

    /// <summary>The limits in force, for <c>/api/v1/info</c>; null where there are none.</summary>
    public static RequestLimitsAnswer? Describe(SecurityOptions options) => options.IsLocal
        ? null
        : new RequestLimitsAnswer(
            options.RequestsPerSecondPerKey, options.RequestsPerSecondPerAddress, Limits.BurstSeconds, options.ConcurrentRequests);

    /// <summary>Who a request counts for: a network of 64 bits is one subscriber of IPv6, who has all its addresses.</summary>
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

        // Only a bucket can tell when there will be room again.
        var isBucket = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter);
        var seconds = Math.Max(Limits.RetryAfterSeconds, (int)Math.Ceiling(retryAfter.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString();
        http.RequestServices.GetRequiredService<SecurityMetrics>().Limited(!isBucket ? "concurrency" : isKey ? "key" : "address");
        return ProblemOf(isBucket, isKey, options).ExecuteAsync(http);
    }

    private static ProblemHttpResult ProblemOf(bool isBucket, bool isKey, SecurityOptions options) => (isBucket, isKey) switch
    {
        (false, _) => Problems.Problem(
            StatusCodes.Status503ServiceUnavailable,
            "overloaded",
            $"{options.ConcurrentRequests} requests are being served, the limit Airside:Security:ConcurrentRequests. "
            + "Nothing was done; try again."),
        (true, true) => Problems.Problem(
            StatusCodes.Status429TooManyRequests,
            "too-many-requests",
            $"The key made more than {options.RequestsPerSecondPerKey} requests per second, the limit "
            + "Airside:Security:RequestsPerSecondPerKey. Nothing was done; try again."),
        _ => Problems.Problem(
            StatusCodes.Status429TooManyRequests,
            "too-many-requests",
            $"The address made more than {options.RequestsPerSecondPerAddress} requests per second without a valid key, the limit "
            + "Airside:Security:RequestsPerSecondPerAddress. Nothing was done; try again."),
    };

    private sealed class LongLived;
}

/// <summary>How much a client may ask; 0 stands for any number.</summary>
/// <param name="RequestsPerSecondPerKey">Requests of one key in a second, on average.</param>
/// <param name="RequestsPerSecondPerAddress">Requests without a valid key from one address in a second, on average.</param>
/// <param name="BurstSeconds">So many seconds' worth of them may come at once.</param>
/// <param name="ConcurrentRequests">Requests that are served at once.</param>
internal sealed record RequestLimitsAnswer(
    int RequestsPerSecondPerKey, int RequestsPerSecondPerAddress, int BurstSeconds, int ConcurrentRequests);
