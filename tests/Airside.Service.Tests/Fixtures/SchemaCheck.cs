using System.Text.Json;

namespace Airside.Service.Tests.Fixtures;

/// <summary>Checks JSON against the schemas of the OpenAPI document, as far as the document uses JSON Schema.</summary>
internal sealed class SchemaCheck(JsonElement document)
{
    /// <summary>Returns what is wrong, each with its place; empty if nothing is.</summary>
    public IEnumerable<string> Faults(JsonElement value, JsonElement schema, string place = "$")
    {
        schema = Resolve(schema);
        if (schema.TryGetProperty("oneOf", out var any) || schema.TryGetProperty("anyOf", out any))
        {
            return any.EnumerateArray().Any(one => !Faults(value, one, place).Any())
                ? []
                : [$"{place}: {value.GetRawText()} fits none of its schemas"];
        }

        if (schema.TryGetProperty("type", out var type) && !IsOf(type, value))
        {
            return [$"{place}: {value.GetRawText()} is not {type.GetRawText()}"];
        }

        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
        {
            return [$"{place}: {value.GetRawText()} is none of {values.GetRawText()}"];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => ObjectFaults(value, schema, place),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) =>
                value.EnumerateArray().SelectMany((one, index) => Faults(one, items, $"{place}[{index}]")),
            _ => [],
        };
    }

    private IEnumerable<string> ObjectFaults(JsonElement value, JsonElement schema, string place)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            var names = required.EnumerateArray().Select(one => one.GetString()!);
            foreach (var name in names.Where(name => !value.TryGetProperty(name, out _)))
            {
                yield return $"{place}.{name} is required and absent";
            }
        }

        var hasProperties = schema.TryGetProperty("properties", out var properties);
        var hasOthers = schema.TryGetProperty("additionalProperties", out var others);
        foreach (var member in value.EnumerateObject())
        {
            var inner = $"{place}.{member.Name}";
            if (hasProperties && properties.TryGetProperty(member.Name, out var own))
            {
                foreach (var fault in Faults(member.Value, own, inner))
                {
                    yield return fault;
                }
            }
            else if (hasOthers)
            {
                foreach (var fault in others.ValueKind == JsonValueKind.Object ? Faults(member.Value, others, inner) : [])
                {
                    yield return fault;
                }
            }
            else
            {
                yield return $"{inner} is not in the document";
            }
        }
    }

    private JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = reference.GetString()!.Split('/')[1..].Aggregate(document, (at, name) => at.GetProperty(name));
        }

        return schema;
    }

    private static bool IsOf(JsonElement type, JsonElement value) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOf(one, value))
        : type.GetString() switch
        {
            "null" => value.ValueKind == JsonValueKind.Null,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "string" => value.ValueKind == JsonValueKind.String,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            "array" => value.ValueKind == JsonValueKind.Array,
            _ => value.ValueKind == JsonValueKind.Object,
        };
}
