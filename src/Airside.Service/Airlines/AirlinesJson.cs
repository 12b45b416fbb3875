using System.Text.Json;
using System.Text.Json.Serialization;

namespace Airside.Service.Airlines;

/// <summary>JSON responses about airlines, with serializers generated at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AirlineLineError[]))]
[JsonSerializable(typeof(AirlineListResponse))]
[JsonSerializable(typeof(LoadResponse))]
[JsonSerializable(typeof(PreviewResponse))]
internal sealed partial class AirlinesJson : JsonSerializerContext;
