using System.Text;
using System.Text.RegularExpressions;

namespace Airside.Tests.Style;

/// <summary>The headings and links of a Markdown page, excluding links in code.</summary>
internal sealed class MarkdownPage
{
    private const RegexOptions Options =
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly Regex Heading = new(@"^(?<level>#{1,6}) +(?<text>.*?)( +#+)? *$", Options);
    private static readonly Regex Code = new("`[^`]*`", Options);

    // Matches only the target and the bracket before it, so that both links of a linked image are found.
    private static readonly Regex InlineLink = new(@"\]\((?<target><[^>]*>|[^)\s]+)(\s+""[^""]*"")?\)", Options);
    private static readonly Regex LinkDefinition = new(@"^ {0,3}\[[^\]]+\]:\s+(?<target>\S+)", Options);
    private static readonly Regex ExplicitAnchor = new(@"<a +(id|name)=""(?<name>[^""]+)""", Options);
    private static readonly Regex LinkText = new(@"\[(?<text>[^\]]*)\]\([^)]*\)", Options);

    private readonly List<(int Line, int Level, string Text)> _headings = [];
    private readonly List<(int Line, string Target)> _links = [];
    private readonly HashSet<string> _anchors = new(StringComparer.Ordinal);

    public MarkdownPage(string text)
    {
        string? fence = null;
        foreach (var (index, rawLine) in text.Split('\n').Index())
        {
            var line = rawLine.TrimEnd('\r');
            var trimmed = line.TrimStart();
            if (fence is not null)
            {
                fence = trimmed.StartsWith(fence, StringComparison.Ordinal) ? null : fence;
            }
            else if (trimmed.StartsWith("```", StringComparison.Ordinal) || trimmed.StartsWith("~~~", StringComparison.Ordinal))
            {
                fence = trimmed[..3];
            }
            else
            {
                ReadLine(index + 1, line);
            }
        }
    }

    public IReadOnlyList<(int Line, int Level, string Text)> Headings => _headings;

    public IReadOnlyList<(int Line, string Target)> Links => _links;

    public IReadOnlySet<string> Anchors => _anchors;

    private void ReadLine(int number, string line)
    {
        if (Heading.Match(line) is { Success: true } heading)
        {
            _headings.Add((number, heading.Groups["level"].Length, heading.Groups["text"].Value));
            AddAnchor(AnchorOf(heading.Groups["text"].Value));
        }

        var prose = Code.Replace(line, "");
        foreach (Match link in InlineLink.Matches(prose))
        {
            _links.Add((number, link.Groups["target"].Value.Trim('<', '>')));
        }

        if (LinkDefinition.Match(prose) is { Success: true } definition)
        {
            _links.Add((number, definition.Groups["target"].Value));
        }

        foreach (Match anchor in ExplicitAnchor.Matches(prose))
        {
            _anchors.Add(anchor.Groups["name"].Value);
        }
    }

    /// <summary>Adds an anchor. A repeated one gets a number, as on code hosts.</summary>
    private void AddAnchor(string anchor)
    {
        var unique = anchor;
        for (var i = 1; !_anchors.Add(unique); i++)
        {
            unique = $"{anchor}-{i}";
        }
    }

    /// <summary>Returns the anchor that code hosts create for a heading: lower case, hyphens for spaces, no other punctuation.</summary>
    private static string AnchorOf(string heading)
    {
        var anchor = new StringBuilder();
        foreach (var character in LinkText.Replace(heading, "${text}").ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(character) || character is '-' or '_')
            {
                anchor.Append(character);
            }
            else if (character == ' ')
            {
                anchor.Append('-');
            }
        }

        return anchor.ToString();
    }
}
