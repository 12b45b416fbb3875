using System.Text.Json;
using System.Text.Json.Serialization;

namespace Airside.Service.Streaming;

/// <summary>JSON events of the stream, with serializers generated at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CountsNow))]
[JsonSerializable(typeof(RouteCountsNow))]
internal sealed partial class StreamJson : JsonSerializerContext;
