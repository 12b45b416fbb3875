using System.Text.Json;
using System.Text.Json.Serialization;

namespace Airside.Service.Transactions;

/// <summary>JSON requests and responses about transactions and routes, with serializers generated at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BatchResponse))]
[JsonSerializable(typeof(BatchItem[]))]
[JsonSerializable(typeof(BatchItemError[]))]
[JsonSerializable(typeof(HistoryResponse))]
[JsonSerializable(typeof(RecordResponse))]
[JsonSerializable(typeof(RouteListResponse))]
[JsonSerializable(typeof(TotalResponse))]
internal sealed partial class TransactionsJson : JsonSerializerContext;
