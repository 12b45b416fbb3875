using System.Text.Json;
using System.Text.Json.Serialization;

namespace Airside.Service.Operations;

/// <summary>JSON responses for operators, with serializers generated at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ConfigurationResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(InfoResponse))]
internal sealed partial class OperationsJson : JsonSerializerContext;
