using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Airside.Tests.Style;

/// <summary>Calls that this code does without, each with what to use instead.</summary>
public sealed class BannedCallTests
{
    /// <summary>Places where a banned name is right: path of the file and text of the expression.</summary>
    private static readonly HashSet<(string Path, string Expression)> Allowed =
    [
        // The second signal asks for the end at once.
        ("src/Airside.Service/Health/DrainLifetime.cs", "Environment.Exit"),

        // This is the result of reading a file, not that of a task.
        ("src/Airside.Service/Problems.cs", "invalid.Result"),
    ];

    [Fact]
    public void Time_is_read_from_a_TimeProvider() => ((Rule)Clock).AssertKeptIn(Repository.CSharpFiles);

    [Fact]
    public void No_thread_waits_for_a_task() => ((Rule)Blocking).AssertKeptIn(Repository.CSharpFiles.Where(file => !file.IsUnder("bench")));

    [Fact]
    public void Only_the_command_line_tool_writes_to_the_console() =>
        ((Rule)ConsoleOutput).AssertKeptIn(Sources.Where(file => !file.IsUnder("src/Airside.Cli")));

    [Fact]
    public void The_process_is_not_ended_from_within() => ((Rule)Exit).AssertKeptIn(Sources);

    [Fact]
    public void The_garbage_collector_is_left_alone() => ((Rule)Collection).AssertKeptIn(Sources);

    [Fact]
    public void Every_allowed_place_is_still_there() =>
        Assert.All(Allowed, allowed => Assert.Contains(
            allowed.Expression, Repository.CSharpFiles.Single(file => file.Path == allowed.Path).Root.ToString()));

    [Theory]
    [InlineData("var a = DateTime.Now;", 1)]
    [InlineData("var a = System.DateTime.UtcNow.Ticks;", 1)]
    [InlineData("var a = DateTime.Today;", 1)]
    [InlineData("var a = (DateTimeOffset.Now, DateTimeOffset.UtcNow);", 2)]
    [InlineData("class A(int a) { int[] b = [1, .. c]; long D => field = DateTime.Now.Ticks; }", 1)]
    [InlineData("static class A { extension(string s) { DateTime M() => DateTime.Now; } }", 1)]
    [InlineData("var a = time.GetUtcNow(); // not DateTime.Now\nvar b = \"DateTime.Now\" + day.Now + x.DateTime;", 0)]
    public void Reading_the_clock_is_found(string code, int count) => ((Rule)Clock).AssertFinds(count, "a.cs", code);

    [Theory]
    [InlineData("Thread.Sleep(1);", 1)]
    [InlineData("System.Threading.Thread.Sleep(1);", 1)]
    [InlineData("var a = task.Result;", 1)]
    [InlineData("var a = M().Result.Length;", 1)]
    [InlineData("var a = task?.Result;", 1)]
    [InlineData("task.Wait();", 1)]
    [InlineData("task?.Wait();", 1)]
    [InlineData("Task.WaitAll(a, b);", 1)]
    [InlineData("var a = task.GetAwaiter().GetResult();", 1)]
    [InlineData("var a = task\n    .ConfigureAwait(false)\n    .GetAwaiter()\n    .GetResult();", 1)]
    [InlineData("await task; a.Result(); Result = 1; new A { Result = 1 }; a.Results(); gate.Wait(1); /* task.Result */", 0)]
    public void Waiting_for_a_task_is_found(string code, int count) => ((Rule)Blocking).AssertFinds(count, "a.cs", code);

    [Theory]
    [InlineData("Console.WriteLine();", 1)]
    [InlineData("System.Console.Write(1);", 1)]
    [InlineData("await Console.Out.WriteLineAsync();", 1)]
    [InlineData("Console.Error.WriteLine(1); output.WriteLine(); // Console.WriteLine()", 0)]
    public void Writing_to_the_console_is_found(string code, int count) => ((Rule)ConsoleOutput).AssertFinds(count, "a.cs", code);

    [Theory]
    [InlineData("Environment.Exit(1);", 1)]
    [InlineData("Environment.FailFast(null);", 1)]
    [InlineData("Environment.ExitCode = 1;", 0)]
    public void Ending_the_process_is_found(string code, int count) => ((Rule)Exit).AssertFinds(count, "a.cs", code);

    [Theory]
    [InlineData("GC.Collect();", 1)]
    [InlineData("GC.KeepAlive(a);", 0)]
    public void Collecting_garbage_is_found(string code, int count) => ((Rule)Collection).AssertFinds(count, "a.cs", code);

    private static IEnumerable<SourceFile> Sources => Repository.CSharpFiles.Where(file => file.IsUnder("src"));

    private static IEnumerable<string> Clock(SourceFile file) =>
        Find(file, node => IsStatic(node, ["DateTime", "DateTimeOffset"], ["Now", "UtcNow", "Today"]), "use TimeProvider");

    // The error stream stays free: a service that cannot start has no log yet.
    private static IEnumerable<string> ConsoleOutput(SourceFile file) =>
        Find(
            file,
            node => IsStatic(node, ["Console"], ["Write", "WriteLine", "Out"]),
            "log it, or write to a TextWriter that is passed in");

    private static IEnumerable<string> Exit(SourceFile file) =>
        Find(file, node => IsStatic(node, ["Environment"], ["Exit", "FailFast"]), "return an exit code, or stop the host");

    private static IEnumerable<string> Collection(SourceFile file) =>
        Find(file, node => IsStatic(node, ["GC"], ["Collect"]), "leave it to the runtime");

    private static IEnumerable<string> Blocking(SourceFile file) =>
        Find(
            file,
            node => IsStatic(node, ["Thread"], ["Sleep"]) || IsStatic(node, ["Task"], ["WaitAll", "WaitAny"]) || IsWaiting(node),
            "use await");

    private static bool IsWaiting(SyntaxNode node)
    {
        var name = MemberName(node);
        var call = node.Parent as InvocationExpressionSyntax;
        return (name, call?.ArgumentList.Arguments.Count) switch
        {
            ("Result", null) => true,
            ("Wait", 0) => true,
            ("GetResult", 0) => node is MemberAccessExpressionSyntax { Expression: InvocationExpressionSyntax awaiter }
                && MemberName(awaiter.Expression) == "GetAwaiter",
            _ => false,
        };
    }

    private static string? MemberName(SyntaxNode node) => node switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => null,
    };

    private static bool IsStatic(SyntaxNode node, string[] types, string[] members) =>
        node is MemberAccessExpressionSyntax access
        && members.Contains(access.Name.Identifier.ValueText)
        && access.Expression switch
        {
            IdentifierNameSyntax identifier => types.Contains(identifier.Identifier.ValueText),
            MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax or MemberAccessExpressionSyntax } qualified =>
                qualified.ToString().StartsWith("System.", StringComparison.Ordinal) && types.Contains(MemberName(qualified)),
            _ => false,
        };

    private static IEnumerable<string> Find(SourceFile file, Func<SyntaxNode, bool> isBanned, string replacement) =>
        from node in file.Root.DescendantNodes()
        where isBanned(node) && !Allowed.Contains((file.Path, node.ToString()))
        select file.Describe(node, $"{node} is not used here; {replacement}");
}
