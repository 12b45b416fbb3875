namespace Airside.Service.Tests.Fixtures;

/// <summary>The code that pages of the documentation print, so that the tests run what people copy.</summary>
internal static class PrintedCode
{
    private const string Proxies = "docs/operate/proxies.md";

    /// <summary>Returns the lines that follow the stream in a browser.</summary>
    public static string Follow => Block("docs/concepts/stream.md", "js");

    /// <summary>Returns what replaces a part of a proxy's configuration for a path.</summary>
    public static string PathOf(string proxy) => Block(Proxies, proxy, 1);

    /// <summary>Returns the configuration of a proxy, with these replicas on this machine instead of the page's.</summary>
    public static string ConfigurationOf(string proxy, params int[] ports)
    {
        var text = Block(Proxies, proxy);
        string[] replicas = ["10.0.1.10", "10.0.1.11"];
        for (var i = 0; i < replicas.Length; i++)
        {
            var port = ports[Math.Min(i, ports.Length - 1)];
            text = text.Replace($"{replicas[i]}:5080", $"127.0.0.1:{port}", StringComparison.Ordinal)
                .Replace($".host = \"{replicas[i]}\"", ".host = \"127.0.0.1\"", StringComparison.Ordinal)
                .Replace(".port = \"5080\"", $".port = \"{port}\"", StringComparison.Ordinal);
        }

        return text.Replace("inter 1s", "inter 100ms", StringComparison.Ordinal)
            .Replace(".interval = 1s", ".interval = 100ms", StringComparison.Ordinal)
            .Replace("bind :", "bind 127.0.0.1:", StringComparison.Ordinal)
            .Replace("listen 8080", "listen 127.0.0.1:8080", StringComparison.Ordinal);
    }

    private static string Block(string page, string language, int which = 0) =>
        File.ReadAllText(Repository.PathOf(page)).Split($"```{language}\n")[which + 1].Split("```")[0];
}
