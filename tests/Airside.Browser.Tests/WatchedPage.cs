using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Airside.Browser.Tests;

/// <summary>A browser page that records everything no page should do.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    /// <summary>Makes the browser report everything that the page's policy forbids.</summary>
    private const string ReportViolations =
        "document.addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))";

    private readonly ConcurrentQueue<string> _faults = new();
    private readonly IBrowserContext _context;
    private readonly Uri _address;
    private readonly int? _expectedStatus;
    private readonly bool _isOutageExpected;

    private WatchedPage(IBrowserContext context, IPage page, Uri address, int? expectedStatus, bool isOutageExpected)
    {
        _context = context;
        Page = page;
        _address = address;
        _expectedStatus = expectedStatus;
        _isOutageExpected = isOutageExpected;
    }

    public IPage Page { get; }

    /// <summary>Opens an empty page.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="address">The service, the only permitted host.</param>
    /// <param name="scheme">Light or dark.</param>
    /// <param name="width">Width of the window.</param>
    /// <param name="hasScript">Whether scripts run.</param>
    /// <param name="expectedStatus">An HTTP status that the test provokes, which the browser reports as an error.</param>
    /// <param name="isOutageExpected">Whether the test causes an outage, which the browser reports as an error.</param>
    public static async Task<WatchedPage> OpenAsync(
        Chromium chromium, Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1280, bool hasScript = true,
        int? expectedStatus = null, bool isOutageExpected = false)
    {
        var context = await chromium.Browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = 800 },
            JavaScriptEnabled = hasScript,
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(60_000);
        await context.AddInitScriptAsync(ReportViolations);
        var page = await context.NewPageAsync();
        var watched = new WatchedPage(context, page, address, expectedStatus, isOutageExpected);
        page.Console += (_, message) => watched.NoteConsole(message);
        page.PageError += (_, error) => watched._faults.Enqueue($"error: {error}");
        page.Dialog += (_, dialog) => watched._faults.Enqueue($"dialog: {dialog.Message}");
        context.Request += (_, request) => watched.NoteRequest(request.Url);
        return watched;
    }

    /// <summary>Goes to a page and waits until its scripts have run.</summary>
    public async Task<IResponse> GoAsync(string path) =>
        (await Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.DOMContentLoaded }))!;

    public ILocator Find(string selector) => Page.Locator(selector);

    /// <summary>Waits until an element contains a text.</summary>
    public async Task<string> TextAsync(string selector, string text)
    {
        var found = Page.Locator(selector).Filter(new() { HasText = text }).First;
        await found.WaitForAsync();
        return await found.InnerTextAsync();
    }

    public void AssertClean() => Assert.Empty(_faults);

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void NoteConsole(IConsoleMessage message)
    {
        var isExpected = (_expectedStatus is { } status && message.Text.Contains($"status of {status} ", StringComparison.Ordinal))
            || (_isOutageExpected && message.Text.Contains("net::ERR_", StringComparison.Ordinal));
        if (message.Type is "error" or "warning" && !isExpected)
        {
            _faults.Enqueue($"console: {message.Text} {message.Location}");
        }
    }

    private void NoteRequest(string url)
    {
        if (!url.StartsWith(_address.ToString(), StringComparison.Ordinal) && !url.StartsWith("data:", StringComparison.Ordinal))
        {
            _faults.Enqueue($"request: {url}");
        }
    }
}
