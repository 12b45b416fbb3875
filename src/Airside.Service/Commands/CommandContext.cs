using System.Runtime.InteropServices;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Security;

namespace Airside.Service.Commands;

/// <summary>What a command works with.</summary>
internal sealed class CommandContext : IDisposable
{
    private readonly CommandLine _commandLine;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<PosixSignalRegistration> _signals = [];

    private CommandContext(CommandLine commandLine, Stream output, TextWriter messages)
    {
        _commandLine = commandLine;
        Output = output;
        Messages = messages;
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, Stop));
        }
    }

    /// <summary>What the command is about, such as a file.</summary>
    public IReadOnlyList<string> Operands => _commandLine.Operands;

    /// <summary>Receives warnings, and what is to be on record.</summary>
    public ILoggerFactory Loggers { get; } = Warnings();

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; } = TimeProvider.System;

    /// <summary>Receives what the command is run for.</summary>
    public Stream Output { get; }

    /// <summary>Receives progress and messages for people.</summary>
    public TextWriter Messages { get; }

    /// <summary>Cancelled by the first SIGINT or SIGTERM.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Runs the command of a command line and gives the exit code.</summary>
    /// <param name="commandLine">The command line; it has a command.</param>
    /// <param name="output">Receives what the command is run for.</param>
    /// <param name="messages">Receives progress and messages for people.</param>
    public static async Task<int> RunAsync(CommandLine commandLine, Stream output, TextWriter messages)
    {
        using var context = new CommandContext(commandLine, output, messages);
        return await commandLine.Command!.RunAsync(context);
    }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidSettingsException">One is wrong.</exception>
    public AirsideOptions ReadSettings()
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = _commandLine.Settings, ContentRootPath = AppContext.BaseDirectory });
        return AirsideOptions.Read(builder.Configuration);
    }

    /// <summary>Reads what a command is told by switches such as <c>--name</c>; settings of Airside may stand beside them.</summary>
    /// <exception cref="CommandLineException">There is another switch.</exception>
    public IConfiguration ReadOptions(IReadOnlyList<string> names)
    {
        var options = new ConfigurationBuilder().AddCommandLine(_commandLine.Settings).Build();
        var unknown = options.GetChildren().FirstOrDefault(
            option => option.Value is not null && !names.Contains(option.Key, StringComparer.OrdinalIgnoreCase));
        return unknown is null
            ? options
            : throw CommandLineException.Wrong($"'--{Shown.Text(unknown.Key)}' is not known to '{_commandLine.Command!.Name}'.");
    }

    /// <summary>Makes the store that the settings name, and does not open it yet.</summary>
    /// <exception cref="InvalidSettingsException">A setting is wrong.</exception>
    public IStore MakeStore()
    {
        return Stores.Make(ReadSettings(), TimeProvider, Loggers);
    }

    /// <summary>Makes and opens the store that the settings name.</summary>
    /// <exception cref="InvalidSettingsException">A setting is wrong.</exception>
    /// <exception cref="StoreUnavailableException">It cannot be opened.</exception>
    /// <exception cref="StoreDamagedException">What it holds is not what was written.</exception>
    public async Task<IStore> OpenStoreAsync()
    {
        var store = MakeStore();
        try
        {
            await store.OpenAsync(Stopping);
            return store;
        }
        catch (Exception)
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Shows progress, at most once a second.</summary>
    /// <param name="done">What was done with so many entries.</param>
    public IProgress<long> Progress(string done) => new ProgressLines(Messages, TimeProvider, done);

    /// <inheritdoc/>
    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _stopping.Dispose();
        Loggers.Dispose();
    }

    /// <summary>Faults arrive as exceptions and progress has its own lines, so only warnings are left to be logged.</summary>
    private static ILoggerFactory Warnings() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddFilter(AuditLog.Category, LogLevel.Information)
        .AddSimpleConsole(console => console.SingleLine = true)
        .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace));

    private void Stop(PosixSignalContext signal)
    {
        // The first one stops in order; a second one ends the process as ever.
        signal.Cancel = !_stopping.IsCancellationRequested;
        _stopping.Cancel();
    }
}
