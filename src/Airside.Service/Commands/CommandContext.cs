using Airside.Archives;
using Airside.Stores.DynamoDb;
using Airside.Stores.Postgres;
using System.Runtime.InteropServices;
using Airside.Core;
using Airside.Core.Stores;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Telemetry;

namespace Airside.Service.Commands;

/// <summary>What a command has to work with.</summary>
internal sealed class CommandContext : IDisposable
{
    private readonly string[] _settings;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<PosixSignalRegistration> _signals = [];

    public CommandContext(string[] settings, Stream output, TextWriter messages)
    {
        _settings = settings;
        Output = output;
        Messages = messages;
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, Stop));
        }
    }

    /// <summary>Receives warnings and audit entries.</summary>
    public ILoggerFactory Loggers { get; } = Warnings();

    public TimeProvider TimeProvider { get; } = TimeProvider.System;

    /// <summary>Receives the result of the command.</summary>
    public Stream Output { get; }

    /// <summary>Receives progress and messages for people.</summary>
    public TextWriter Messages { get; }

    /// <summary>Cancelled by the first SIGINT or SIGTERM.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidSettingsException">A setting is invalid.</exception>
    public AirsideOptions ReadSettings()
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = _settings, ContentRootPath = AppContext.BaseDirectory });
        return AirsideOptions.Read(builder.Configuration);
    }

    /// <summary>Creates the store that the settings name without opening it.</summary>
    /// <exception cref="InvalidSettingsException">A setting is invalid.</exception>
    public IStore CreateStore()
    {
        return StoreSetup.Create(ReadSettings(), TimeProvider, Loggers);
    }

    /// <summary>Creates and opens the store that the settings name.</summary>
    /// <exception cref="InvalidSettingsException">A setting is invalid.</exception>
    /// <exception cref="StoreUnavailableException">It cannot be opened.</exception>
    /// <exception cref="StoreDamagedException">The stored data is not what was written.</exception>
    public Task<IStore> OpenStoreAsync() => OpenedAsync(store => store.OpenAsync(Stopping));

    /// <summary>Creates and opens the store that the settings name, to read it only. Its names may have to be converted.</summary>
    /// <inheritdoc cref="OpenStoreAsync"/>
    public Task<IStore> OpenStoreToReadAsync() => OpenedAsync(store => store.OpenToReadAsync(Stopping));

    /// <summary>Reports what a conversion changed.</summary>
    public async Task ReportAsync(NameConversion conversion)
    {
        foreach (var sentence in conversion.Report)
        {
            await Messages.WriteLineAsync(sentence);
        }
    }

    /// <summary>Shows progress, at most once a second.</summary>
    /// <param name="done">What happened to the counted entries, such as <c>read</c>.</param>
    public IProgress<long> Progress(string done) => new ProgressLines(Messages, TimeProvider, done);

    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _stopping.Dispose();
        Loggers.Dispose();
    }

    private async Task<IStore> OpenedAsync(Func<IStore, Task> openAsync)
    {
        var store = CreateStore();
        try
        {
            await openAsync(store);
            return store;
        }
        catch (Exception)
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Failures arrive as exceptions and progress has its own lines, so only warnings remain to be logged.</summary>
    private static ILoggerFactory Warnings() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddFilter(AuditLog.Category, LogLevel.Information)
        .AddFilter(typeof(PostgresStore).FullName, LogLevel.None)
        .AddFilter(typeof(DynamoDbStore).FullName, LogLevel.None)
        .AddSimpleConsole(console => console.SingleLine = true)
        .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace));

    private void Stop(PosixSignalContext signal)
    {
        // The first signal stops the command cleanly; a second one ends the process immediately.
        signal.Cancel = !_stopping.IsCancellationRequested;
        _stopping.Cancel();
    }
}
