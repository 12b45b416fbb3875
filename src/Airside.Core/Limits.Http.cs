namespace Airside.Core;

/// <content>Limits of connections, requests and pages.</content>
public static partial class Limits
{
    /// <summary>Largest body of a request without a specific limit, in bytes.</summary>
    public const int RequestBodyBytesMax = 64 * 1024;

    /// <summary>Largest page of a list, in items.</summary>
    public const int PageSizeMax = 1_000;

    /// <summary>Page size if the request names none, in items.</summary>
    public const int PageSizeDefault = 100;

    /// <summary>Longest search text, in characters.</summary>
    public const int SearchLengthMax = 100;

    /// <summary>Most unknown names that a refusal of a request lists.</summary>
    public const int UnknownNamesShownMax = 5;

    /// <summary>Most values of one filter of a request.</summary>
    public const int FilterValuesMax = 20;

    /// <summary>Default time from the stop signal to the end of the process, in seconds.</summary>
    public const int DrainSecondsDefault = 10;

    /// <summary>Longest configurable drain, in seconds.</summary>
    public const int DrainSecondsMax = 600;

    /// <summary>Most open connections; fewer if the system allows fewer file descriptors.</summary>
    public const int ConnectionsMax = 10_000;

    /// <summary>The service does not start if the system allows fewer connections.</summary>
    public const int ConnectionsMin = 4;

    /// <summary>
    /// The service does not start if the system allows fewer file descriptors: the runtime keeps one for each part of the program, and
    /// without one it ends anywhere, for reasons that say nothing.
    /// </summary>
    public const int DescriptorsMin = 256;

    /// <summary>File descriptors reserved, in addition to those in use at the start, for files and code still to be opened.</summary>
    public const int DescriptorsReserved = 32;

    /// <summary>Longest time for a client to send the headers of a request, in seconds.</summary>
    public const int RequestHeadersTimeoutSeconds = 15;

    /// <summary>Longest time that a connection without a request stays open, in seconds.</summary>
    public const int KeepAliveTimeoutSeconds = 120;

    /// <summary>Most headers of one request.</summary>
    public const int RequestHeadersMax = 64;

    /// <summary>Largest size of all headers of one request together, in bytes.</summary>
    public const int RequestHeadersBytesMax = 16 * 1024;

    /// <summary>Longest first line of a request, including its URL, in bytes.</summary>
    public const int RequestLineBytesMax = 8 * 1024;

    /// <summary>Minimum rate at which a client sends a body or reads a response, in bytes per second; slower ones are cut off.</summary>
    public const int BodyBytesPerSecondMin = 240;

    /// <summary>Grace period before a client's speed counts, in seconds.</summary>
    public const int BodyGraceSeconds = 5;

    /// <summary>How much of a client's text a message shows, in characters.</summary>
    public const int DisplayTextLengthMax = 60;
}
