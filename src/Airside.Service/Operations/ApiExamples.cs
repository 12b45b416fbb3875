using System.Text.Json.Nodes;
using Airside.Service.Transactions;
using Microsoft.OpenApi;

namespace Airside.Service.Operations;

/// <summary>
/// Examples with which every operation works on the built-in sample as it stands. Optional parameters have none: the page of the API fills
/// in what it finds.
/// </summary>
internal static class ApiExamples
{
    private const string Batch = """[{"route":"AR1133","key":"example-1"},{"route":"LH400","key":"example-2"}]""";
    private const string NdJson = "{\"route\":\"AR1133\",\"key\":\"example-3\"}\n{\"route\":\"LH400\",\"key\":\"example-4\"}\n";
    private const string Csv =
        "24,\"American Airlines\",\\N,\"AA\",\"AAL\",\"AMERICAN\",\"United States\",\"Y\"\n"
        + "1355,\"British Airways\",\\N,\"BA\",\"BAW\",\"SPEEDBIRD\",\"United Kingdom\",\"Y\"\n";

    private static readonly Dictionary<string, JsonNode> PathParameters = new(StringComparer.Ordinal)
    {
        ["route"] = "AR1133",
        ["id"] = 24,
    };

    public static void Describe(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (parameter.In == ParameterLocation.Path && PathParameters.TryGetValue(parameter.Name!, out var example))
            {
                parameter.Example = example.DeepClone();
            }
        }

        foreach (var (type, media) in operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal))
        {
            (media.Example, var isText) = type switch
            {
                BatchReader.Json => (JsonNode.Parse(Batch), false),
                "text/csv" => ((JsonNode?)Csv, true),
                _ => (NdJson, true),
            };
            if (isText)
            {
                media.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
            }
        }
    }
}
