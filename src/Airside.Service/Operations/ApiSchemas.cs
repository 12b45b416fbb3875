using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace Airside.Service.Operations;

/// <summary>Makes the schemas say what responses hold: which members always, which numbers, and which values.</summary>
internal static class ApiSchemas
{
    /// <summary>The values of members that have only a few.</summary>
    private static readonly Dictionary<(string Type, string Member), string[]> Values = new()
    {
        [("HealthResponse", "status")] = ["alive", "ready", "draining", "store unavailable"],
        [("AirlineResponse", "active")] = ["Y", "N"],
        [("BatchItemResponse", "status")] = ["recorded", "replayed", "refused"],
        [("AirlineChangeResponse", "kind")] = ["added", "removed", "changed"],
    };

    /// <summary>Corrects the schema of a type.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="type">The type.</param>
    /// <param name="place">The member that has this type, or null if the schema is not that of a member.</param>
    public static void Describe(OpenApiSchema schema, JsonTypeInfo type, JsonPropertyInfo? place)
    {
        UseNumbers(schema);
        if (type.Type == typeof(DateTimeOffset) || type.Type == typeof(DateTimeOffset?))
        {
            // A type with a converter of its own has no type in its schema.
            var isNull = type.Type == typeof(DateTimeOffset?) && !(place is not null && IsAbsentWithoutValue(place));
            schema.Type = isNull ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        }

        foreach (var member in type.Properties)
        {
            // Absent instead of null, so it is neither always there nor ever null.
            if (IsAbsentWithoutValue(member) && schema.Properties?.TryGetValue(member.Name, out var optional) == true)
            {
                schema.Required?.Remove(member.Name);
                if (optional is OpenApiSchema own)
                {
                    own.Type &= ~JsonSchemaType.Null;
                }
            }

            if (Values.TryGetValue((type.Type.Name, member.Name), out var values) && schema.Properties?[member.Name] is OpenApiSchema known)
            {
                known.Enum = [.. values.Select(value => (JsonNode)JsonValue.Create(value)!)];
            }
        }

        if (type.Type == typeof(ProblemDetails))
        {
            DescribeProblem(schema);
        }
    }

    /// <summary>Problems have the trace of their request, and some say more in members of their own (RFC 9457, section 3.2).</summary>
    private static void DescribeProblem(OpenApiSchema schema)
    {
        schema.Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status" };
        schema.Properties!["traceId"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String | JsonSchemaType.Null, Description = "Trace of the request, for the log.",
        };
        schema.AdditionalProperties = new OpenApiSchema();
    }

    /// <summary>The serializer also reads numbers from text, which no client needs and which no response holds.</summary>
    private static void UseNumbers(OpenApiSchema schema)
    {
        const JsonSchemaType Numbers = JsonSchemaType.Integer | JsonSchemaType.Number;
        if ((schema.Type & Numbers) != 0 && (schema.Type & JsonSchemaType.String) != 0)
        {
            schema.Type &= ~JsonSchemaType.String;
            schema.Pattern = null;
        }
    }

    private static bool IsAbsentWithoutValue(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is [JsonIgnoreAttribute ignore]
        && ignore.Condition == JsonIgnoreCondition.WhenWritingNull;
}
