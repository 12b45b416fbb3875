using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Transactions;
using Microsoft.OpenApi;

namespace Airside.Service;

/// <summary>Describes the parameters of the API, each in one place however many endpoints have it.</summary>
internal static class ApiParameters
{
    private static readonly Dictionary<string, string> Descriptions = new(StringComparer.Ordinal)
    {
        ["route"] = $"Flight route such as AR1133, in upper or lower case: {FlightRoute.Pattern}",
        ["id"] = "OpenFlights identifier of the airline.",
        ["q"] = $"Text to look for in name, alias, codes, callsign and country; at most {Limits.SearchLengthMax} characters.",
        ["country"] = "Country or territory, whole, in upper or lower case.",
        ["active"] = "Y or N.",
        ["iata"] = "IATA designator, in upper or lower case.",
        ["icao"] = "ICAO designator, in upper or lower case.",
        ["limit"] = $"Size of the page, 1 to {Limits.PageSizeMax}; {Limits.PageSizeDefault} unless given.",
        ["cursor"] = "nextCursor of the page before.",
        ["airline"] = "Airline designator, two or three letters or digits: only its routes.",
        ["sort"] = "route or total.",
        ["from"] = "First moment, ISO 8601; its hour or day is given whole.",
        ["to"] = "End, exclusive, ISO 8601; the hour or day before it is given whole.",
        ["bucket"] = "hour or day.",
        ["version"] = "Load only if the airlines have this version, as a preview has shown it; else 409 and nothing is changed.",
    };

    /// <summary>Adds descriptions to an operation, and the headers of those that record.</summary>
    public static void Describe(OpenApiOperation operation, string path, string method)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            parameter.Description = Descriptions[parameter.Name!];
        }

        if (method == HttpMethods.Post && (path.EndsWith("{route}/transactions", StringComparison.Ordinal)
            || path.StartsWith("save-transaction", StringComparison.Ordinal)))
        {
            AddKeyHeader(operation);
        }
    }

    private static void AddKeyHeader(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = Recorder.KeyHeader,
            In = ParameterLocation.Header,
            Description = "The client's own id of the transaction; the same key never counts twice. Without it the service makes one.",
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                MinLength = 1,
                MaxLength = Limits.TransactionKeyLengthMax,
            },
        });
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (status == "200" && response is OpenApiResponse replayed)
            {
                replayed.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
                replayed.Headers[Recorder.ReplayedHeader] = new OpenApiHeader
                {
                    Description = "true when the key was recorded before and nothing was counted now.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean },
                };
            }
        }
    }
}
