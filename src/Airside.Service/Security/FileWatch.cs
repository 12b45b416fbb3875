using System.Runtime.ExceptionServices;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Security;

/// <summary>
/// Reads files every second. A reading that hangs, as on a mount that does not answer, keeps one thread; the looks that come meanwhile tell
/// of it, and now and then one tries anew, so that a file in the place of what hangs is found.
/// </summary>
/// <typeparam name="T">What is read.</typeparam>
internal sealed class FileWatch<T> : IDisposable
{
    private const int AbandonedMax = 3;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(Limits.KeysFileLookMs);
    private static readonly TimeSpan AbandonedAfter = 4 * FileReading.Patience;

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

    /// <summary>Begins to look.</summary>
    /// <param name="work">Told of a look that throws.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="read">Reads the files.</param>
    /// <param name="take">Takes what was read. One at a time, as <paramref name="hang"/>.</param>
    /// <param name="hang">Called every second while a reading does not end.</param>
    public FileWatch(BackgroundWork work, TimeProvider timeProvider, Func<T> read, Action<T> take, Action hang)
    {
        _timeProvider = timeProvider;
        _read = read;
        _take = take;
        _hang = hang;
        _timer = timeProvider.CreateTimer(_ => work.Attempt(Look), null, Every, Every);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
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
                if (elapsed >= FileReading.Patience)
                {
                    _hang();
                }

                if (elapsed < AbandonedAfter || _abandoned == AbandonedMax)
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

/// <summary>How long reading a file may take.</summary>
internal static class FileReading
{
    /// <summary>After this a file counts as one that cannot be read.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(Limits.KeysFileReadMs);

    private static readonly TimeSpan StartPatience = TimeSpan.FromMilliseconds(Limits.StartFileReadMs);

    /// <summary>Reads what a start cannot do without.</summary>
    /// <param name="paths">The files, for the message.</param>
    /// <param name="read">Reads them.</param>
    /// <exception cref="InvalidSettingsException">It does not end.</exception>
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
        if (!thread.Join(StartPatience))
        {
            throw new InvalidSettingsException([Hanging(paths, Limits.StartFileReadMs, nameof(Limits.StartFileReadMs))]);
        }

        if (fault is not null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    /// <summary>What to say of files whose reading does not end.</summary>
    public static string Hanging(string paths) => Hanging(paths, Limits.KeysFileReadMs, nameof(Limits.KeysFileReadMs));

    private static string Hanging(string paths, int limitMs, string limit) =>
        $"'{paths}' cannot be read: reading it has not ended for {limitMs} ms ({limit}). Check that it is a file, and the mount that it is "
        + "on.";
}
