using YamlDotNet.RepresentationModel;

namespace Airside.Platform.Tests.Chart;

/// <summary>A Kubernetes document, read by paths such as <c>spec/template/metadata</c>.</summary>
internal sealed class Manifest(YamlNode node)
{
    public string Kind => Text("kind") ?? "";

    public string Name => Text("metadata/name") ?? "";

    /// <summary>Every scalar, to check what must not be in the document.</summary>
    public IEnumerable<string> Scalars => node.AllNodes.OfType<YamlScalarNode>().Select(scalar => scalar.Value ?? "");

    public static IReadOnlyList<Manifest> Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(document => new Manifest(document.RootNode)).Where(manifest => manifest.Kind.Length > 0)];
    }

    public string? Text(string path) => (Node(path) as YamlScalarNode)?.Value;

    public double? Number(string path) =>
        double.TryParse(Text(path), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    public bool Has(string path) => Node(path) is not null;

    /// <summary>Returns the document at a path; empty if there is none.</summary>
    public Manifest Part(string path) => new(Node(path) ?? new YamlMappingNode());

    public IEnumerable<Manifest> Items(string path) => Node(path) is YamlSequenceNode list ? list.Select(item => new Manifest(item)) : [];

    public IEnumerable<string> Texts(string path) => Items(path).Select(item => item.Scalars.FirstOrDefault() ?? "");

    public IReadOnlyDictionary<string, string> Map(string path) => Node(path) is YamlMappingNode map
        ? map.Where(pair => pair.Value is YamlScalarNode)
            .ToDictionary(pair => $"{pair.Key}", pair => $"{pair.Value}", StringComparer.Ordinal)
        : new Dictionary<string, string>(StringComparer.Ordinal);

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
