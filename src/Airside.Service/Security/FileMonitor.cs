using System.Runtime.ExceptionServices;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Security;

/// <summary>
/// Reads files every second. A read that hangs, as on an unresponsive mount, keeps one thread. Meanwhile the next polls report it, and
/// now and then one starts another read, to find a file that replaced the one that hangs.
/// </summary>
internal sealed class FileMonitor<T> : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(Limits.KeysFilePollMs);
    private static readonly TimeSpan AbandonedAfter = 4 * FileReading.Timeout;

    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly Func<T> _read;
    private readonly Action<T> _take;
    private readonly Action _hang;
    private readonly ITimer _timer;
    private long _startedAt;
    private int _reading;
    private int _readings;
    private int _abandoned;

    /// <summary>Starts to poll.</summary>
    /// <param name="work">Handles a poll that throws.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="read">Reads the files.</param>
    /// <param name="take">Receives what was read. It never runs concurrently with itself or <paramref name="hang"/>.</param>
    /// <param name="hang">Called every second while a read hangs.</param>
    public FileMonitor(BackgroundWork work, TimeProvider timeProvider, Func<T> read, Action<T> take, Action hang)
    {
        _timeProvider = timeProvider;
        _read = read;
        _take = take;
        _hang = hang;
        _timer = timeProvider.CreateTimer(_ => work.Attempt(Poll), null, Every, Every);
    }

    public void Dispose() => _timer.Dispose();

    private void Poll()
    {
        if (TryBegin(out var reading))
        {
            Read(reading);
        }
    }

    private void Read(int reading)
    {
        try
        {
            var content = _read();
            lock (_lock)
            {
                if (reading == _reading)
                {
                    _take(content);
                }
            }
        }
        finally
        {
            End(reading);
        }
    }

    private bool TryBegin(out int reading)
    {
        lock (_lock)
        {
            reading = 0;
            if (_reading != 0)
            {
                var elapsed = _timeProvider.GetElapsedTime(_startedAt);
                if (elapsed >= FileReading.Timeout)
                {
                    _hang();
                }

                if (elapsed < AbandonedAfter || _abandoned == Limits.FileReadsAbandonedMax)
                {
                    return false;
                }

                _abandoned++;
            }

            _startedAt = _timeProvider.GetTimestamp();
            reading = _reading = ++_readings;
            return true;
        }
    }

    private void End(int reading)
    {
        lock (_lock)
        {
            if (reading == _reading)
            {
                _reading = 0;
            }
            else
            {
                _abandoned--;
            }
        }
    }
}

/// <summary>Time limits for reading a file.</summary>
internal static class FileReading
{
    /// <summary>After this, a file counts as unreadable.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(Limits.KeysFileReadMs);

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMilliseconds(Limits.StartFileReadMs);

    /// <summary>Reads files that the start requires.</summary>
    /// <param name="paths">The files, for the message.</param>
    /// <param name="read">Reads them.</param>
    /// <exception cref="InvalidSettingsException">The read does not end.</exception>
    public static void Once(string paths, Action read)
    {
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                read();
            }
            catch (Exception exception)
            {
                fault = exception;
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        if (!thread.Join(StartTimeout))
        {
            throw new InvalidSettingsException([Hanging(paths, Limits.StartFileReadMs, nameof(Limits.StartFileReadMs))]);
        }

        if (fault is not null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    /// <summary>Returns the error for files whose read does not end.</summary>
    public static string Hanging(string paths) => Hanging(paths, Limits.KeysFileReadMs, nameof(Limits.KeysFileReadMs));

    private static string Hanging(string paths, int limitMs, string limit) =>
        $"'{paths}': the read has not ended after {limitMs} ms ({limit}). Check that it is a file, and check its mount.";
}
