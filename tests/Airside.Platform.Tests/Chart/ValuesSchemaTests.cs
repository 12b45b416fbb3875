using System.Text.Json;
using System.Text.Json.Nodes;

namespace Airside.Platform.Tests.Chart;

/// <summary>The schema of the values rejects every misspelt key and every value of the wrong type.</summary>
[Trait("Category", "Tool")]
public sealed class ValuesSchemaTests
{
    private const int SampleStep = 100;

    [Fact]
    public async Task Every_mutation_is_refused_and_Helm_agrees()
    {
        var answer = await MutateAsync(Schema());
        var samples = answer.GetProperty("samples").EnumerateArray().ToArray();

        Assert.Empty(AcceptedOf(answer));
        Assert.True(answer.GetProperty("mutations").GetInt32() > 2_000, "The mutations are too few to be all.");
        Assert.True(samples.Length > 10, "The samples are too few.");
        var file = Path.GetTempFileName();
        try
        {
            foreach (var sample in samples)
            {
                await File.WriteAllTextAsync(file, sample.GetProperty("values").GetString());
                var said = await Helm.RefusalAsync("--values", file);
                Assert.Contains("Error: values don't meet the specifications of the schema", said, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_schema_with_a_hole_is_found()
    {
        var schema = Schema();
        schema["properties"]!["drain"]!["additionalProperties"] = true;
        schema["properties"]!["keyWindowHours"] = new JsonObject { ["type"] = "integer" };
        schema["properties"]!["drain"]!["properties"]!["seconds"] = new JsonObject { ["type"] = "number" };
        var accepted = AcceptedOf(await MutateAsync(schema));

        Assert.All(accepted, mutation => Assert.StartsWith("drain.", mutation, StringComparison.Ordinal));
        Assert.Contains("drain.seconds: also as secondss", accepted);
    }

    [Fact]
    public void No_level_takes_more_than_it_names()
    {
        var objects = Nodes(Schema()).OfType<JsonObject>()
            .Where(node => node["type"] is JsonValue type && type.ToString() == "object").ToArray();
        Assert.True(objects.Length > 50, "The schema has fewer levels than it had.");
        Assert.All(objects, node => Assert.Equal("false", node["additionalProperties"]?.ToJsonString()));
    }

    private static JsonObject Schema() =>
        JsonNode.Parse(File.ReadAllText(Repository.PathOf($"{Helm.ChartFolder}/values.schema.json")))!.AsObject();

    private static IEnumerable<JsonNode> Nodes(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => Nodes(pair.Value)).Prepend(map),
        JsonArray list => list.SelectMany(Nodes),
        _ => [],
    };

    private static string[] AcceptedOf(JsonElement answer) =>
        [.. answer.GetProperty("accepted").EnumerateArray().Select(mutation => mutation.GetString() ?? "")];

    /// <summary>Changes values that fill every list and map, one place at a time.</summary>
    private static async Task<JsonElement> MutateAsync(JsonObject schema)
    {
        var input = new JsonObject
        {
            ["schema"] = schema,
            ["defaults"] = await File.ReadAllTextAsync(Repository.PathOf($"{Helm.ChartFolder}/values.yaml")),
            ["values"] = await File.ReadAllTextAsync(Repository.PathOf(ValueSet.Named("everything").File!)),
        };
        return JsonDocument.Parse(await Tool.RunScriptAsync("mutate.mjs", input.ToJsonString(), $"{SampleStep}")).RootElement;
    }
}
