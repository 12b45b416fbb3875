using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Airside.Tests.Style;

/// <summary>A text file of the repository, as the style rules see it.</summary>
internal sealed class SourceFile
{
    private readonly Lazy<SyntaxNode> _root;

    /// <param name="path">Path from the root of the repository, with slashes.</param>
    /// <param name="text">The whole text.</param>
    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        Lines = text.Split('\n');
        _root = new(() => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot());
    }

    public string Path { get; }

    public string Text { get; }

    public string[] Lines { get; }

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsMarkdown => Path.EndsWith(".md", StringComparison.Ordinal);

    /// <summary>The syntax tree; only for C#.</summary>
    public SyntaxNode Root => _root.Value;

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    public string Describe(SyntaxNode node, string message) => Describe(LineOf(node.SpanStart), message);

    public string Describe(int line, string message) => $"{Path}:{line}: {message}";

    private int LineOf(int position) => Root.SyntaxTree.GetText().Lines.GetLinePosition(position).Line + 1;
}
