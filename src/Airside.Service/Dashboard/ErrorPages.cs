using Airside.Service.Dashboard.Pages;

namespace Airside.Service.Dashboard;

/// <summary>What went wrong, for people.</summary>
internal static class ErrorPages
{
    /// <summary>The address holds something that cannot be.</summary>
    public static Page BadRequest(string detail) => Of(StatusCodes.Status400BadRequest, "That cannot be looked up", detail);

    /// <summary>There is no such thing.</summary>
    public static Page NotFound(string detail) => Of(StatusCodes.Status404NotFound, "Nothing here", detail);

    /// <summary>The store is out of reach.</summary>
    public static Page Unavailable(string detail) =>
        Of(StatusCodes.Status503ServiceUnavailable, "The counts cannot be read right now", detail);

    /// <summary>The page is for those with a key; asks for it.</summary>
    /// <param name="status">401 without a valid key, 403 with one that may not see it.</param>
    /// <param name="detail">Why the key that was sent will not do, or that there was none.</param>
    public static Page KeyNeeded(int status, string detail) =>
        Page.Of<KeyPage>(new ErrorModel(status, "An API key is needed", detail), status);

    private static Page Of(int status, string title, string detail) =>
        Page.Of<ErrorPage>(new ErrorModel(status, title, detail), status);
}
