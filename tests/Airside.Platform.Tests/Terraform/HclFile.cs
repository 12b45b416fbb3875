namespace Airside.Platform.Tests.Terraform;

/// <summary>A block of a file in Terraform's canonical format, such as <c>variable "name" { … }</c>.</summary>
/// <param name="Kind">First word.</param>
/// <param name="Name">Last label; empty without one.</param>
/// <param name="Section">Title of the banner above it; empty without one.</param>
/// <param name="Arguments">Arguments by name, as written.</param>
/// <param name="Blocks">Names of nested blocks, with repeats.</param>
internal sealed record HclBlock(
    string Kind, string Name, string Section, IReadOnlyDictionary<string, string> Arguments, IReadOnlyList<string> Blocks);

/// <summary>
/// Reads the blocks of a file. It relies on the layout of <c>terraform fmt</c>: blocks begin and end at the left edge, and their content is
/// indented by two.
/// </summary>
internal static class HclFile
{
    private const string Banner = "# --- ";

    public static IEnumerable<HclBlock> Read(string path)
    {
        var section = "";
        List<string>? body = null;
        var head = "";
        foreach (var line in File.ReadLines(path))
        {
            if (line.StartsWith(Banner, StringComparison.Ordinal))
            {
                section = line[Banner.Length..].TrimEnd('-', ' ');
            }
            else if (body is null && line.EndsWith('{'))
            {
                (head, body) = (line, []);
            }
            else if (body is not null && line == "}")
            {
                var words = head.TrimEnd('{', ' ').Split(' ');
                yield return new HclBlock(
                    words[0], words.Length > 1 ? words[^1].Trim('"') : "", section, ArgumentsOf(body), BlocksOf(body));
                body = null;
            }
            else
            {
                body?.Add(line);
            }
        }
    }

    /// <summary>Returns a file's banner titles, in order.</summary>
    public static string[] SectionsOf(string path) =>
    [
        .. File.ReadLines(path).Where(line => line.StartsWith(Banner, StringComparison.Ordinal))
            .Select(line => line[Banner.Length..].TrimEnd('-', ' ')),
    ];

    private static Dictionary<string, string> ArgumentsOf(List<string> body)
    {
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        string? name = null;
        foreach (var line in body)
        {
            var isStart = line.StartsWith("  ", StringComparison.Ordinal) && line.Length > 2 && char.IsLetter(line[2]);
            if (isStart && line.IndexOf(" = ", StringComparison.Ordinal) is > 0 and var at)
            {
                name = line[..at].Trim();
                arguments[name] = line[(at + 3)..].Trim();
            }
            else if (isStart)
            {
                name = null;
            }
            else if (name is not null && line.Trim().Length > 0 && !line.TrimStart().StartsWith('#'))
            {
                arguments[name] += " " + line.Trim();
            }
        }

        return arguments;
    }

    private static string[] BlocksOf(List<string> body) =>
    [
        .. body.Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line.Length > 2 && char.IsLetter(line[2]))
            .Where(line => line.EndsWith(" {", StringComparison.Ordinal) && !line.Contains('='))
            .Select(line => line.Trim().Split(' ')[0]),
    ];
}
