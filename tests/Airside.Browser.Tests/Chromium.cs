using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Airside.Browser.Tests.Chromium))]

namespace Airside.Browser.Tests;

/// <summary>The browser that all tests share, from the system's package.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Path = "/usr/bin/chromium";

    // The last four keep it from making network requests of its own.
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-default-apps", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser; skips the test if there is none.</summary>
    public IBrowser Browser
    {
        get
        {
            if (_browser is null)
            {
                Assert.Skip($"reason: {Path} is not installed");
            }

            return _browser!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (File.Exists(Path))
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = Flags, Timeout = 60_000 });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
