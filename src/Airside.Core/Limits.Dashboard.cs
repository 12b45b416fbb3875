namespace Airside.Core;

/// <content>Limits of the stream and the dashboard.</content>
public static partial class Limits
{
    /// <summary>Minimum time between two stream events, in milliseconds.</summary>
    public const int StreamEveryMs = 500;

    /// <summary>
    /// Longest time without a byte on the stream, in milliseconds, so that proxies keep it open and lost clients are detected.
    /// </summary>
    public const int StreamSilenceMsMax = 15_000;

    /// <summary>Most concurrent viewers of the stream. Beyond it: 503, and for an EventSource a stream that ends.</summary>
    public const int StreamViewersMax = 5_000;

    /// <summary>Most different routes that the viewers of a process follow; each is read with every event.</summary>
    public const int StreamRoutesMax = 200;

    /// <summary>Most routes that one viewer of the stream follows.</summary>
    public const int StreamRoutesPerViewerMax = 20;

    /// <summary>When a client should reconnect after it lost the stream, in milliseconds.</summary>
    public const int StreamRetryMs = 2_000;

    /// <summary>Rows in each list of the overview.</summary>
    public const int OverviewRowsMax = 10;

    /// <summary>Hours in the chart of the overview.</summary>
    public const int OverviewHours = 24;

    /// <summary>Most differences between two catalogs that a load preview lists; the rest are only counted.</summary>
    public const int CatalogChangesShownMax = 200;

    /// <summary>Most pages of <see cref="PageSizeMax"/> routes of one designator that a dashboard search reads.</summary>
    public const int RouteSearchPagesMax = 20;

    /// <summary>Rows per page of a dashboard list.</summary>
    public const int DashboardRowsMax = 50;

    /// <summary>Most designators that a route search looks up; each is a query to the store.</summary>
    public const int RouteSearchDesignatorsMax = 20;

    /// <summary>Shortest text that a route search looks for in airline names, in characters: shorter text is in most names.</summary>
    public const int RouteSearchNameLengthMin = 3;

    /// <summary>Most steps on the axis of a chart.</summary>
    public const int ChartStepsMax = 4;
}
