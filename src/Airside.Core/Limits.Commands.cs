namespace Airside.Core;

/// <content>Limits of the commands.</content>
public static partial class Limits
{
    /// <summary>Minimum time between two progress lines of a command, in milliseconds.</summary>
    public const int ProgressEveryMs = 1_000;

    /// <summary>How many times <c>verify</c> checks, one second apart, whether a newly installed service is ready.</summary>
    public const int VerifyReadyAttemptsMax = 60;

    /// <summary>Longest time of a <c>verify</c> request, in seconds.</summary>
    public const int VerifyRequestTimeoutSeconds = 30;

    /// <summary>How many routes <c>verify</c> tries to find one without transactions.</summary>
    public const int VerifyRouteAttemptsMax = 20;

    /// <summary>How much of a response <c>verify</c> shows, in characters.</summary>
    public const int VerifyResponseShownMax = 500;

    /// <summary>Most typing errors between a wrong word on the command line and the one that is suggested.</summary>
    public const int SuggestionDistanceMax = 3;
}
