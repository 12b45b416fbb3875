using Airside.Service.Dashboard.Pages;

namespace Airside.Service.Dashboard;

/// <summary>Error pages for people.</summary>
internal static class ErrorPages
{
    /// <summary>Creates the page for an invalid address.</summary>
    public static Page BadRequest(string detail) => Create(StatusCodes.Status400BadRequest, "Invalid address", detail);

    public static Page NotFound(string detail) => Create(StatusCodes.Status404NotFound, "Not found", detail);

    /// <summary>Creates the page for counts that cannot be read.</summary>
    public static Page Unavailable(string detail) =>
        Create(StatusCodes.Status503ServiceUnavailable, "The counts cannot be read right now", detail);

    /// <summary>Creates the page that requests an API key.</summary>
    /// <param name="status">401 without a valid key, 403 with a key that has no access to the page.</param>
    /// <param name="detail">Why the key was refused, or that none was sent.</param>
    public static Page KeyNeeded(int status, string detail) =>
        Page.Create<KeyPage>(new ErrorModel(status, "An API key is needed", detail), status);

    private static Page Create(int status, string title, string detail) =>
        Page.Create<ErrorPage>(new ErrorModel(status, title, detail), status);
}
