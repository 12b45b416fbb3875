using Airside.Platform.Tests.Chart;
using YamlDotNet.RepresentationModel;

namespace Airside.Platform.Tests.Delivery;

/// <summary>A stage of a pipeline.</summary>
/// <param name="Workflow">The workflow that it belongs to.</param>
/// <param name="Name">Its name.</param>
/// <param name="Verb">The verb that it calls, or null if it does anything else.</param>
/// <param name="Arguments">The arguments of the verb, with a star for each variable one.</param>
internal sealed record Stage(string Workflow, string Name, string? Verb, string Arguments)
{
    public static Stage From(string workflow, string name, string command)
    {
        var words = command.Trim().Replace("${{ ", "${{", StringComparison.Ordinal).Replace(" }}", "}}", StringComparison.Ordinal)
            .Split(' ');
        var isVerb = words[0] == "./build" && words.Length > 1 && !command.Trim().Contains('\n', StringComparison.Ordinal)
            && command.IndexOfAny([';', '|', '&', '>', '`']) < 0;
        return new(workflow, name, isVerb ? words[1] : null,
            string.Join(' ', words.Skip(2).Select(word => word.Contains('$', StringComparison.Ordinal) ? "*" : word)));
    }
}

/// <summary>The pipelines of this repository: the GitHub workflows and the Jenkinsfile.</summary>
internal static class Pipelines
{
    private const string Folder = ".github/workflows";

    private const string Groovy = "artifacts/tools/delivery/node_modules/npm-groovy-lint/lib/java/groovy/lib";

    public static IReadOnlyList<string> WorkflowNames { get; } =
        [.. Directory.EnumerateFiles(Repository.PathOf(Folder)).Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal)];

    public static Manifest Workflow(string name) => Read($"{Folder}/{name}.yml");

    /// <summary>Reads a single-document YAML file.</summary>
    public static Manifest Read(string path)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(Repository.PathOf(path));
        stream.Load(reader);
        return new(stream.Documents.Single().RootNode);
    }

    /// <summary>Returns the commands of a workflow, in order. A step that two alternative jobs both begin with counts once.</summary>
    public static IReadOnlyList<Stage> StagesOf(string name)
    {
        var workflow = Workflow(name);
        var stages = new List<Stage>();
        foreach (var step in workflow.Keys("jobs").SelectMany(job => workflow.Items($"jobs/{job}/steps")).Where(step => step.Has("run")))
        {
            var stage = Stage.From(name, step.Text("name") ?? "", step.Text("run")!);
            if (stages.LastOrDefault() != stage)
            {
                stages.Add(stage);
            }
        }

        return stages;
    }

    /// <summary>Returns the stages of each Jenkinsfile, as Groovy parses them.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<Stage>>> JenkinsStagesAsync(params string[] paths)
    {
        var output = await RunGroovyAsync("stages.groovy", paths);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToArray();
        return
        [
            .. paths.Select(path => lines.Where(parts => parts[0] == path)
                .SelectMany(parts => parts.Skip(3).Select(command => Stage.From(parts[1], parts[2], command))).ToArray()),
        ];
    }

    /// <summary>Runs a Groovy script from this folder and returns its output.</summary>
    public static async Task<string> RunGroovyAsync(string script, params string[] arguments)
    {
        var jars = Tool.PathOf(Groovy, "npm's npm-groovy-lint");

        // The run is too short for the optimizing compiler to pay off.
        var (exitCode, output, errors) = await Tool.RunAsync(
            "java",
            ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", $"{jars}/*", "groovy.ui.GroovyMain",
                Repository.PathOf($"tests/Airside.Platform.Tests/Delivery/{script}"),
                .. arguments]);
        Assert.True(exitCode == 0, $"{script} {string.Join(' ', arguments)}: {errors}{output}");
        return output;
    }
}
