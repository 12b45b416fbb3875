using System.Text.Json;
using System.Text.Json.Serialization;

namespace Airside.Service.Configuration;

/// <summary>JSON of key entries. People edit it, so comments and trailing commas are allowed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(ApiKeyEntry[]))]
internal sealed partial class KeyJson : JsonSerializerContext;
