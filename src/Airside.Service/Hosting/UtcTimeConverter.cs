using System.Text.Json;
using System.Text.Json.Serialization;

namespace Airside.Service.Hosting;

/// <summary>Writes times as UTC with <c>Z</c>, which every client reads; <c>+00:00</c>, the default, is refused by some.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
