using System.Text.Json.Serialization;
using Airside.Service.Configuration;

namespace Airside.Service.Operations;

/// <summary>The current settings; the first five under the names that the predecessors used.</summary>
/// <param name="SecretKey">Whether the secret key is set: <c>set</c> or <c>not set</c>.</param>
/// <param name="DatabasePassword">Whether the database password is set: <c>set</c> or <c>not set</c>.</param>
/// <param name="ApiBaseUrl">Address at which clients reach the service.</param>
/// <param name="LogLevel">Minimum level of log messages.</param>
/// <param name="MaxConnections">Maximum number of connections to the database.</param>
/// <param name="Settings">Every setting with its value and source.</param>
internal sealed record ConfigurationResponse(
    [property: JsonPropertyName("SECRET_KEY")] string SecretKey,
    [property: JsonPropertyName("DB_PASSWORD")] string DatabasePassword,
    [property: JsonPropertyName("API_BASE_URL")] string ApiBaseUrl,
    [property: JsonPropertyName("LOG_LEVEL")] string LogLevel,
    [property: JsonPropertyName("MAX_CONNECTIONS")] string MaxConnections,
    IReadOnlyList<CurrentSetting> Settings);
