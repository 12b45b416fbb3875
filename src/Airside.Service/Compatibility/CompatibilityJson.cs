using System.Text.Json;
using System.Text.Json.Serialization;

namespace Airside.Service.Compatibility;

/// <summary>JSON responses in the predecessors' format, with serializers generated at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class CompatibilityJson : JsonSerializerContext;
