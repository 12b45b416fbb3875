using YamlDotNet.RepresentationModel;

namespace Airside.Platform.Tests.Chart;

/// <summary>A document of Kubernetes, looked into by paths such as <c>spec/template/metadata</c>.</summary>
internal sealed class Manifest(YamlNode node)
{
    public string Kind => Text("kind") ?? "";

    public string Name => Text("metadata/name") ?? "";

    /// <summary>All that stands in the document, for what must stand nowhere in it.</summary>
    public IEnumerable<string> Scalars => node.AllNodes.OfType<YamlScalarNode>().Select(scalar => scalar.Value ?? "");

    /// <summary>The documents of a rendering.</summary>
    public static IReadOnlyList<Manifest> Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(document => new Manifest(document.RootNode)).Where(manifest => manifest.Kind.Length > 0)];
    }

    /// <summary>What stands at a path as text, or null.</summary>
    public string? Text(string path) => (Node(path) as YamlScalarNode)?.Value;

    /// <summary>What stands at a path as a number, or null.</summary>
    public double? Number(string path) =>
        double.TryParse(Text(path), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Whether anything stands at a path.</summary>
    public bool Has(string path) => Node(path) is not null;

    /// <summary>The part of the document at a path; empty where there is none.</summary>
    public Manifest Part(string path) => new(Node(path) ?? new YamlMappingNode());

    /// <summary>The items of the list at a path.</summary>
    public IEnumerable<Manifest> Items(string path) => Node(path) is YamlSequenceNode list ? list.Select(item => new Manifest(item)) : [];

    /// <summary>The texts of the list at a path.</summary>
    public IEnumerable<string> Texts(string path) => Items(path).Select(item => item.Scalars.FirstOrDefault() ?? "");

    /// <summary>The keys and texts of the map at a path.</summary>
    public IReadOnlyDictionary<string, string> Map(string path) => Node(path) is YamlMappingNode map
        ? map.Where(pair => pair.Value is YamlScalarNode)
            .ToDictionary(pair => $"{pair.Key}", pair => $"{pair.Value}", StringComparer.Ordinal)
        : new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The keys of the map at a path.</summary>
    public IEnumerable<string> Keys(string path) => Node(path) is YamlMappingNode map ? map.Children.Keys.Select(key => $"{key}") : [];

    private YamlNode? Node(string path)
    {
        var at = node;
        foreach (var key in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = at is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
        }

        return at;
    }
}
