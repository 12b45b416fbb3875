using System.Buffers;
using System.IO.Pipelines;
using Airside.Core;

namespace Airside.Service.Hosting;

/// <summary>Reads a connection, with the head of its first request as <see cref="BodylessPosts"/> completes it.</summary>
internal sealed class FirstRequestReader(PipeReader connection, TimeProvider timeProvider) : PipeReader, IDisposable
{
    private const int HeadBytesMax = Limits.RequestLineBytesMax + Limits.RequestHeadersBytesMax;

    private ITimer? _timer;
    private volatile bool _isLate;
    private bool _isPassing;
    private bool _isOffered;
    private ReadOnlySequence<byte> _head;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _isPassing ? connection.ReadAsync(cancellationToken) : ReadHeadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        if (_isPassing)
        {
            return connection.TryRead(out result);
        }

        result = _head.IsEmpty ? default : Offer();
        return !_head.IsEmpty;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_head.IsEmpty)
        {
            connection.AdvanceTo(consumed, examined);
            return;
        }

        _head = _head.Slice(consumed);
        _isPassing = _head.IsEmpty;
    }

    public override void CancelPendingRead() => connection.CancelPendingRead();

    public override void Complete(Exception? exception = null) => connection.Complete(exception);

    public void Dispose() => _timer?.Dispose();

    private async ValueTask<ReadResult> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (_head.IsEmpty)
        {
            var result = await connection.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (result.IsCanceled && !_isLate)
            {
                return result;
            }

            if (result.IsCompleted || _isLate || buffer.Length > HeadBytesMax || BodylessPosts.IsOther(buffer))
            {
                _isPassing = true;
                return new ReadResult(buffer, isCanceled: false, result.IsCompleted);
            }

            if (BodylessPosts.TryComplete(buffer, out var end) is { } head)
            {
                _head = new ReadOnlySequence<byte>(head);
                connection.AdvanceTo(end);
            }
            else
            {
                // The server does not see these bytes yet, so its limit for slow heads would begin too late.
                connection.AdvanceTo(buffer.Start, buffer.End);
                _timer ??= timeProvider.CreateTimer(
                    _ => GiveUp(), null, TimeSpan.FromSeconds(Limits.RequestHeadersTimeoutSeconds), Timeout.InfiniteTimeSpan);
            }
        }

        return Offer();
    }

    /// <summary>Returns the head; a second time as all that comes, so a reader that cannot use it does not wait for more.</summary>
    private ReadResult Offer()
    {
        var result = new ReadResult(_head, isCanceled: false, isCompleted: _isOffered);
        _isOffered = true;
        return result;
    }

    private void GiveUp()
    {
        _isLate = true;
        connection.CancelPendingRead();
    }
}
