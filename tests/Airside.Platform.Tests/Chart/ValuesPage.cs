using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Chart;

/// <summary>The tables in the chart's README: what values.yaml says about each value, and what the schema allows.</summary>
internal sealed class ValuesPage(string values, JsonObject schema)
{
    private static readonly Regex KeyLine = new(
        @"^(?<indent> *)(?<key>[A-Za-z]\w*):(?: (?<value>.+))?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    /// <summary>Returns one table per top-level section, and one for values outside any section.</summary>
    public string Tables()
    {
        var text = new StringBuilder();
        var rows = Keys().ToArray();
        var sections = rows.Where(row => row.IsSection && row.Path.Length == 1).ToArray();
        Append(text, "General", "Values outside any section.", rows.Where(row => row.Path.Length == 1 && !row.IsSection));
        foreach (var section in sections)
        {
            Append(text, $"`{section.Name}`", section.Comment, rows.Where(row => row.Path[0] == section.Name && !row.IsSection));
        }

        return text.ToString();
    }

    /// <summary>Returns every key with the comment above it, which may be empty.</summary>
    public IEnumerable<Key> Keys()
    {
        var path = new Stack<string>();
        var comment = new List<string>();
        var lines = values.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd();
            if (line.TrimStart().StartsWith('#'))
            {
                comment.Add(line.Trim().TrimStart('#').Trim());
            }
            else if (KeyLine.Match(line) is { Success: true } match)
            {
                while (path.Count > match.Groups["indent"].Length / 2)
                {
                    path.Pop();
                }

                path.Push(match.Groups["key"].Value);
                var value = match.Groups["value"].Value;
                var list = lines.Skip(i + 1).TakeWhile(next => next.TrimStart().StartsWith("- ", StringComparison.Ordinal));
                var shown = value.Length > 0 ? value : string.Join(", ", list.Select(item => item.Trim()[2..]));
                yield return new Key([.. path.Reverse()], shown, string.Join(' ', comment));
                comment.Clear();
            }
            else
            {
                comment.Clear();
            }
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private void Append(StringBuilder text, string title, string comment, IEnumerable<Key> keys)
    {
        text.Append($"### {title}\n\n{comment}\n\n| key | default | allowed | meaning |\n|---|---|---|---|\n");
        foreach (var key in keys)
        {
            text.Append($"| `{key.Name}` | `{Cell(key.Value)}` | {Cell(Allowed(key.Path))} | {Cell(key.Comment)} |\n");
        }

        text.Append('\n');
    }

    private string Allowed(string[] path)
    {
        var node = path.Aggregate((JsonNode)schema, (node, key) => Resolve(node)["properties"]![key]!);
        return Describe(Resolve(node));
    }

    private string Describe(JsonNode rule)
    {
        if (rule["enum"] is JsonArray values)
        {
            return string.Join(", ", values.Select(value => $"`{value}`"));
        }

        if (rule["anyOf"] is JsonArray choices)
        {
            return string.Join(", or ", choices.Select(choice => Describe(Resolve(choice!))));
        }

        var type = rule["type"] is JsonArray types ? string.Join(" or ", types.Select(one => one!.ToString())) : rule["type"]!.ToString();
        var range = (rule["minimum"], rule["maximum"]) switch
        {
            ({ } least, { } most) => $" from {least} to {most}",
            ({ } least, null) => $" from {least}",
            _ => "",
        };
        return type + range + (rule["pattern"]?.ToString().Contains('%', StringComparison.Ordinal) == true ? " in percent" : "");
    }

    private JsonNode Resolve(JsonNode node) => node["$ref"] is { } reference
        ? schema["definitions"]![reference.ToString().Split('/')[^1]]!
        : node;

    /// <summary>A key in values.yaml.</summary>
    /// <param name="Path">Its parent keys and the key itself.</param>
    /// <param name="Value">Its default as written; empty if it only holds other keys.</param>
    /// <param name="Comment">The comment above it.</param>
    internal sealed record Key(string[] Path, string Value, string Comment)
    {
        public string Name => string.Join('.', Path);

        public bool IsSection => Value.Length == 0;
    }
}
