namespace Airside.Stores.Shared;

/// <summary>Whether a store is reachable. It logs each change once.</summary>
internal sealed class OutageMonitor(Action<string> logUnreachable, Action logReachable)
{
    private volatile Contact _contact = new();

    /// <summary>Why the store is unreachable, or null.</summary>
    public string? Outage => _contact.Outage;

    /// <summary>The current contact. An operation keeps the one it started with, so that it notices an outage meanwhile.</summary>
    public Contact Current => _contact;

    /// <summary>Reports that the store is unreachable.</summary>
    public void Lose(string outage)
    {
        if (_contact.TryLose(outage))
        {
            logUnreachable(outage);
        }
    }

    /// <summary>Reports that the store responds.</summary>
    public void Restore()
    {
        if (Outage is not null)
        {
            _contact = new Contact();
            logReachable();
        }
    }

    /// <summary>The time from the first response of a store until its outage.</summary>
    public sealed class Contact
    {
        private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string? _outage;

        /// <summary>Why the contact was lost, or null.</summary>
        public string? Outage => Volatile.Read(ref _outage);

        /// <summary>Completes when the contact is lost, so that nothing waits for it any longer.</summary>
        public Task Lost => _lost.Task;

        internal bool TryLose(string outage) => Interlocked.CompareExchange(ref _outage, outage, null) is null && _lost.TrySetResult();
    }
}
