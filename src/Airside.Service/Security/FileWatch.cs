using System.Runtime.ExceptionServices;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Security;

/// <summary>
/// Looks at files every second. A look that hangs, as on a mount that does not answer, keeps one thread and no more; the looks that come
/// meanwhile tell of it.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(Limits.KeysFileLookMs);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(Limits.KeysFileReadMs);

    private readonly Lock _looking = new();
    private readonly TimeProvider _timeProvider;
    private readonly BackgroundWork _work;
    private readonly Action _look;
    private readonly Action _hang;
    private readonly ITimer _timer;
    private long _startedAt;

    /// <summary>Begins to look.</summary>
    /// <param name="work">Told of a look that throws.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="look">Looks once. Never called twice at a time.</param>
    /// <param name="hang">Called every second while a look does not end.</param>
    public FileWatch(BackgroundWork work, TimeProvider timeProvider, Action look, Action hang)
    {
        _work = work;
        _timeProvider = timeProvider;
        _look = look;
        _hang = hang;
        _timer = timeProvider.CreateTimer(_ => Look(), null, Every, Every);
    }

    /// <summary>Reads what a start cannot do without.</summary>
    /// <param name="paths">The files, for the message.</param>
    /// <param name="read">Reads them.</param>
    /// <exception cref="InvalidSettingsException">It does not end.</exception>
    public static void ReadOnce(string paths, Action read)
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
        if (!thread.Join(Patience))
        {
            throw new InvalidSettingsException([Hanging(paths)]);
        }

        if (fault is not null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    /// <summary>What to say of files whose reading does not end.</summary>
    public static string Hanging(string paths) =>
        $"'{paths}' cannot be read: reading it has not ended for {Limits.KeysFileReadMs} ms ({nameof(Limits.KeysFileReadMs)}). Check that "
        + "it is a file, and the mount that it is on.";

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        try
        {
            if (!_looking.TryEnter())
            {
                TellOfHang();
                return;
            }

            try
            {
                Volatile.Write(ref _startedAt, _timeProvider.GetTimestamp());
                _look();
            }
            finally
            {
                _looking.Exit();
            }

            _work.Succeeded();
        }
        catch (Exception exception)
        {
            // On the thread of a timer it would end the process.
            _work.Failed(exception);
        }
    }

    private void TellOfHang()
    {
        if (_timeProvider.GetElapsedTime(Volatile.Read(ref _startedAt)) >= Patience)
        {
            _hang();
        }
    }
}
