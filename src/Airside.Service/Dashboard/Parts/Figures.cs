using System.Globalization;

namespace Airside.Service.Dashboard.Parts;

/// <summary>Formats numbers for people. The scripts use the same formats.</summary>
internal static class Figures
{
    /// <summary>Placeholder for an unknown value.</summary>
    public const string Unknown = "–";

    /// <summary>Formats an integer with thousands separators, such as <c>12,345</c>.</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Formats a number for an SVG attribute.</summary>
    public static string Coordinate(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Formats a rate with its significant digits.</summary>
    public static string Rate(double? perSecond) => perSecond switch
    {
        null => Unknown,
        >= 100 => perSecond.Value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => perSecond.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => perSecond.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    /// <summary>Formats a duration in milliseconds; an infinite one as a lower bound.</summary>
    public static string Milliseconds(double? seconds) => seconds switch
    {
        null => Unknown,
        double.PositiveInfinity => "over 5,000 ms",
        _ => $"{(seconds.Value * 1000).ToString("#,0.##", CultureInfo.InvariantCulture)} ms",
    };

    /// <summary>Formats a duration in its two largest units, such as <c>3 d 4 h</c>.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalDays: >= 1 } => $"{(int)duration.TotalDays} d {duration.Hours} h",
        { TotalHours: >= 1 } => $"{(int)duration.TotalHours} h {duration.Minutes} min",
        { TotalMinutes: >= 1 } => $"{(int)duration.TotalMinutes} min {duration.Seconds} s",
        _ => $"{duration.Seconds} s",
    };

    public static string Count(long value, string one, string many) => $"{Number(value)} {(value == 1 ? one : many)}";
}
