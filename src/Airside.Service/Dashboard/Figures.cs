using System.Globalization;

namespace Airside.Service.Dashboard;

/// <summary>Numbers as people read them. The scripts write them in the same way.</summary>
internal static class Figures
{
    /// <summary>What stands where nothing is known yet.</summary>
    public const string Unknown = "–";

    /// <summary>A whole number with its thousands apart, such as <c>12,345</c>.</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number for an attribute of a drawing.</summary>
    public static string Coordinate(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A rate with as many digits as mean something.</summary>
    public static string Rate(double? perSecond) => perSecond switch
    {
        null => Unknown,
        >= 100 => perSecond.Value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => perSecond.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => perSecond.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    /// <summary>A time that something took, in milliseconds; of an infinite one only that it was long.</summary>
    public static string Milliseconds(double? seconds) => seconds switch
    {
        null => Unknown,
        double.PositiveInfinity => "over 5,000 ms",
        _ => $"{(seconds.Value * 1000).ToString("#,0.##", CultureInfo.InvariantCulture)} ms",
    };

    /// <summary>A length of time in its two largest units, such as <c>3 d 4 h</c>.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalDays: >= 1 } => $"{(int)duration.TotalDays} d {duration.Hours} h",
        { TotalHours: >= 1 } => $"{(int)duration.TotalHours} h {duration.Minutes} min",
        { TotalMinutes: >= 1 } => $"{(int)duration.TotalMinutes} min {duration.Seconds} s",
        _ => $"{duration.Seconds} s",
    };

    /// <summary>A number with the word that it counts.</summary>
    public static string Count(long value, string one, string many) => $"{Number(value)} {(value == 1 ? one : many)}";
}
