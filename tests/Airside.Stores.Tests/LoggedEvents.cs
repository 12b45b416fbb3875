using Microsoft.Extensions.Logging;

namespace Airside.Stores.Tests;

/// <summary>The logged event numbers.</summary>
internal sealed class LoggedEvents : List<int>, ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Add(eventId.Id);
}
