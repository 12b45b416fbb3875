namespace Airside.Service.Configuration;

/// <summary>The paths of the service itself, which cannot be the path below which clients reach it.</summary>
internal static class OwnPaths
{
    /// <summary>Every URL of the service other than <c>/</c> is one of these paths or below one.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        "/airlines", "/api/v1", "/assets", "/config", "/configs", "/docs", "/get-transaction", "/healthz", "/metrics", "/openapi",
        "/readyz", "/routes", "/save-transaction", "/system",
    ];

    /// <summary>Returns the own path that another is, is below or is above of; null if there is none. URLs ignore case.</summary>
    public static string? ConflictOf(string path) => All.FirstOrDefault(own => IsAtOrBelow(path, own) || IsAtOrBelow(own, path));

    /// <summary>Whether a path is another or below it.</summary>
    public static bool IsAtOrBelow(string path, string other) =>
        ((PathString)path).StartsWithSegments(other, StringComparison.OrdinalIgnoreCase);
}
