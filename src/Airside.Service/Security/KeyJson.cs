using System.Text.Json;
using System.Text.Json.Serialization;

namespace Airside.Service.Security;

/// <summary>The JSON of keys, as it is printed and read. People write it, so that comments and a last comma are fine.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(KeyEntry[]))]
internal sealed partial class KeyJson : JsonSerializerContext;
