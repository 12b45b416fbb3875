using System.Text.Json;
using System.Text.Json.Serialization;
using Airside.Service.Hosting;

namespace Airside.Service.Streaming;

/// <summary>JSON events of the stream, with serializers generated at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(CountsNow))]
[JsonSerializable(typeof(RouteCountsNow))]
internal sealed partial class StreamJson : JsonSerializerContext;
