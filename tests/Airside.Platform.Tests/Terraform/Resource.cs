using System.Text.Json;

namespace Airside.Platform.Tests.Terraform;

/// <summary>A resource of a plan or state.</summary>
/// <param name="Address">Address, such as <c>module.network.aws_vpc.this</c>.</param>
/// <param name="Type">Type, such as <c>aws_vpc</c>.</param>
/// <param name="Values">Arguments and attributes, as far as known.</param>
/// <param name="Unknown">True for attributes known only after the apply; empty in a state.</param>
internal sealed record Resource(string Address, string Type, JsonElement Values, JsonElement Unknown)
{
    /// <summary>Reads the managed resources of a plan.</summary>
    public static Resource[] OfPlan(string json)
    {
        using var document = JsonDocument.Parse(json);
        return
        [
            .. from change in document.RootElement.GetProperty("resource_changes").EnumerateArray()
               where change.GetProperty("mode").GetString() == "managed"
               let details = change.GetProperty("change")
               select new Resource(
                   change.GetProperty("address").GetString()!,
                   change.GetProperty("type").GetString()!,
                   details.GetProperty("after").Clone(),
                   details.GetProperty("after_unknown").Clone()),
        ];
    }

    /// <summary>Reads the managed resources of a state.</summary>
    public static Resource[] OfState(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("values", out var values) ? [.. OfModule(values.GetProperty("root_module"))] : [];
    }

    /// <summary>Returns an attribute as text; <c>null</c> if unset or unknown.</summary>
    public string? Text(string attribute) => Find(attribute) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Returns whether an attribute is true.</summary>
    public bool Is(string attribute) => Find(attribute) is { ValueKind: JsonValueKind.True };

    /// <summary>Returns an attribute as a number; 0 if unset.</summary>
    public decimal Number(string attribute) => Find(attribute) is { ValueKind: JsonValueKind.Number } value ? value.GetDecimal() : 0;

    /// <summary>Returns whether an attribute is set, now or only after the apply.</summary>
    public bool Has(string attribute) =>
        Find(attribute) is { ValueKind: not JsonValueKind.Null }
        || (Unknown.ValueKind == JsonValueKind.Object && Unknown.TryGetProperty(attribute, out var unknown)
            && unknown.ValueKind == JsonValueKind.True);

    /// <summary>Returns the first block of a name; <c>null</c> without one.</summary>
    public JsonElement? Block(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Array } blocks && blocks.GetArrayLength() > 0 ? blocks[0] : null;

    /// <summary>Returns the strings of a list attribute.</summary>
    public IEnumerable<string> Texts(string attribute) =>
        Find(attribute) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)
            : [];

    /// <summary>Returns an attribute's value; <c>null</c> if missing.</summary>
    public JsonElement? Find(string attribute) =>
        Values.ValueKind == JsonValueKind.Object && Values.TryGetProperty(attribute, out var value) ? value : null;

    private static IEnumerable<Resource> OfModule(JsonElement module)
    {
        if (module.TryGetProperty("resources", out var resources))
        {
            foreach (var resource in resources.EnumerateArray().Where(item => item.GetProperty("mode").GetString() == "managed"))
            {
                yield return new Resource(
                    resource.GetProperty("address").GetString()!,
                    resource.GetProperty("type").GetString()!,
                    resource.GetProperty("values").Clone(),
                    default);
            }
        }

        if (module.TryGetProperty("child_modules", out var children))
        {
            foreach (var resource in children.EnumerateArray().SelectMany(OfModule))
            {
                yield return resource;
            }
        }
    }
}
