namespace Airside.Core;

/// <content>Limits of API keys and client requests.</content>
public static partial class Limits
{
    /// <summary>
    /// Default limit of requests per second for one key. A core records about as many, so one key alone cannot keep more than one core
    /// busy.
    /// </summary>
    public const int RequestsPerSecondPerKeyDefault = 20_000;

    /// <summary>
    /// Default limit of requests per second from one address without a valid key: far more than people and dashboards send, and a tenth of
    /// what a core serves.
    /// </summary>
    public const int RequestsPerSecondPerAddressDefault = 4_000;

    /// <summary>Highest configurable limit of requests per second.</summary>
    public const int RequestsPerSecondMax = 10_000_000;

    /// <summary>Largest burst: this many seconds' worth of requests.</summary>
    public const int BurstSeconds = 2;

    /// <summary>How often per second a client's share of requests is refilled.</summary>
    public const int RefillsPerSecond = 10;

    /// <summary>Default limit of concurrent requests. Beyond it: 503.</summary>
    public const int ConcurrentRequestsDefault = 1_000;

    /// <summary>Most API keys.</summary>
    public const int KeysMax = 1_000;

    /// <summary>Longest name of an API key, in characters.</summary>
    public const int KeyNameLengthMax = 64;

    /// <summary>Largest keys file, in bytes.</summary>
    public const int KeysFileBytesMax = 1024 * 1024;

    /// <summary>
    /// How often the keys file and the certificate files are checked, in milliseconds. Two checks after its removal, a key is no longer
    /// accepted anywhere.
    /// </summary>
    public const int KeysFilePollMs = 1_000;

    /// <summary>A keys file or certificate file counts as unreadable if reading it takes longer, in milliseconds.</summary>
    public const int KeysFileReadMs = 5_000;

    /// <summary>The same limit at the start, when a machine has much else to do, in milliseconds.</summary>
    public const int StartFileReadMs = 20_000;

    /// <summary>Most reads of a monitored file that may hang at once; each keeps a thread.</summary>
    public const int FileReadsAbandonedMax = 3;

    /// <summary>How long a browser remembers that a page of another origin may call the API, in seconds.</summary>
    public const int PreflightAgeSeconds = 600;
}
