using System.Text.Json;
using System.Text.Json.Serialization;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Dashboard.Live;
using Airside.Service.Health;
using Airside.Service.Transactions;
using Microsoft.AspNetCore.Mvc;

namespace Airside.Service;

/// <summary>Everything that the API writes as JSON, with serializers made at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AirlineListAnswer))]
[JsonSerializable(typeof(AirlineLineError[]))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(BatchItem[]))]
[JsonSerializable(typeof(BatchItemError[]))]
[JsonSerializable(typeof(ConfigurationAnswer))]
[JsonSerializable(typeof(CountsNow))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(HistoryAnswer))]
[JsonSerializable(typeof(InfoAnswer))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(LoadAnswer))]
[JsonSerializable(typeof(PreviewAnswer))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(RecordAnswer))]
[JsonSerializable(typeof(RouteListAnswer))]
[JsonSerializable(typeof(StreamUnavailable))]
[JsonSerializable(typeof(TotalAnswer))]
[JsonSerializable(typeof(bool))]
internal sealed partial class ApiJson : JsonSerializerContext;
