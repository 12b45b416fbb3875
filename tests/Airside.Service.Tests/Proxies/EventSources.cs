using System.Collections.Concurrent;
using System.Diagnostics;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Proxies;

/// <summary>Standard EventSources, of the npm package, that each follow a stream; nobody but themselves opens one again.</summary>
internal sealed class EventSources : IAsyncDisposable
{
    private const string Script =
        """
        const [, folder, ...addresses] = process.argv;
        const { EventSource } = require(require.resolve('eventsource', { paths: [folder] }));
        addresses.forEach((address, number) => {
          const say = (what, value) => console.log(`${number} ${what} ${value}`);
          const source = new EventSource(`${address}api/v1/stream`);
          source.onopen = () => say('open', 1);
          source.addEventListener('counts', event => say('counts', JSON.parse(event.data).transactions));
          source.onerror = error => { if (source.readyState === EventSource.CLOSED) say('closed', error.code); };
        });
        """;

    private static readonly string Folder = Repository.PathOf("artifacts/tools/eventsource");

    private readonly ConcurrentDictionary<(int Source, string What), (int Times, int Last)> _said = new();
    private readonly Process _process;

    public EventSources(params Uri[] addresses)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules")), "reason: EventSource is not installed; ./test does it");
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("node", ["-e", Script, "--", Folder, .. addresses.Select(address => $"{address}")])
            {
                UseShellExecute = false, RedirectStandardOutput = true,
            },
        };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
    }

    /// <summary>How often a source has opened a stream.</summary>
    public int Opened(int source) => _said.GetValueOrDefault((source, "open")).Times;

    /// <summary>The newest total that a source has received.</summary>
    public int Transactions(int source) => _said.GetValueOrDefault((source, "counts")).Last;

    /// <summary>The HTTP status for which a source gave up, or null.</summary>
    public int? GaveUp(int source) => _said.TryGetValue((source, "closed"), out var closed) ? closed.Last : null;

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line?.Split(' ') is [var source, var what, var value])
        {
            var last = int.TryParse(value, out var number) ? number : 0;
            _said.AddOrUpdate((int.Parse(source), what), (1, last), (_, before) => (before.Times + 1, last));
        }
    }
}
