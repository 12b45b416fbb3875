using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace Airside.Service.Hosting;

/// <summary>JSON serializers, generated at build time, for problem details and values that belong to no single feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(StreamUnavailable))]
[JsonSerializable(typeof(bool))]
internal sealed partial class HostingJson : JsonSerializerContext;

/// <summary>Registers the serializers of a feature.</summary>
internal static class JsonSetup
{
    public static void AddJson(this WebApplicationBuilder builder, JsonSerializerContext json) =>
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, json));
}
