using System.Text.Json.Nodes;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Transactions;
using Microsoft.OpenApi;

namespace Airside.Service.Operations;

/// <summary>Describes each API parameter once, for all endpoints that have it.</summary>
internal static class ApiParameters
{
    private static readonly Dictionary<string, string> Descriptions = new(StringComparer.Ordinal)
    {
        ["route"] = $"Flight route such as AR1133: {FlightRoute.Form}. Responses have its one name, `{FlightRoute.Pattern}`.",
        ["id"] = "OpenFlights identifier of the airline.",
        ["q"] = "Text to search for in name, alias, codes, callsign and country, without regard to case and accents; at most "
            + $"{Limits.SearchLengthMax} characters. Repeated: any of the texts.",
        ["country"] = "Full name of the country or territory, without regard to case and accents. Repeated: any of them.",
        ["active"] = "Y or N. Repeated: any of them.",
        ["iata"] = "IATA designator, in upper or lower case. Repeated: any of them.",
        ["icao"] = "ICAO designator, in upper or lower case. Repeated: any of them.",
        ["limit"] = $"Page size, 1 to {Limits.PageSizeMax}; default {Limits.PageSizeDefault}.",
        ["cursor"] = "nextCursor of the previous page.",
        ["airline"] = "Airline designator, two characters with at least one letter, or three letters; returns only its routes. "
            + "Repeated: those of any.",
        ["sort"] = "route or total.",
        ["from"] = "Start, ISO 8601; its hour or day is returned in full.",
        ["to"] = "End, exclusive, ISO 8601; the hour or day before it is returned in full.",
        ["bucket"] = "hour or day.",
        ["confirm"] = "Version, as shown by a preview, that may drop more than half of the airlines.",
        ["version"] = "Load only if the airlines have this version, as shown by a preview; otherwise returns 409 and changes nothing.",
    };

    /// <summary>The values of parameters that have only a few.</summary>
    private static readonly Dictionary<string, string[]> Values = new(StringComparer.Ordinal)
    {
        ["active"] = ["Y", "N"],
        ["sort"] = ["route", "total"],
        ["bucket"] = ["hour", "day"],
    };

    /// <summary>Adds descriptions to an operation, and headers if it records transactions.</summary>
    public static void Describe(OpenApiOperation operation, IList<object> endpointMetadata)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            parameter.Description = Descriptions[parameter.Name!];
            if (parameter.Schema is OpenApiSchema schema)
            {
                // A parameter that may be repeated is an array of its values.
                DescribeValues(parameter.Name!, schema.Items as OpenApiSchema ?? schema);
            }

            // No parameter of a query is required; the generator takes a repeatable one for required.
            parameter.Required = parameter.In == ParameterLocation.Path;
        }

        if (endpointMetadata.OfType<AcceptsTransactionKey>().Any())
        {
            AddKeyHeader(operation);
        }
    }

    /// <summary>Endpoints read parameters as text, to say in their own words what is wrong; here they are what they mean.</summary>
    private static void DescribeValues(string name, OpenApiSchema schema)
    {
        if (Values.TryGetValue(name, out var values))
        {
            schema.Enum = [.. values.Select(value => (JsonNode)JsonValue.Create(value)!)];
        }

        if (name is "id" or "limit")
        {
            (schema.Type, schema.Format) = (JsonSchemaType.Integer, "int32");
        }

        if (name == "limit")
        {
            (schema.Minimum, schema.Maximum) = ("1", $"{Limits.PageSizeMax}");
        }
    }

    private static void AddKeyHeader(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = Recorder.KeyHeader,
            In = ParameterLocation.Header,
            Description = "The client's id for the transaction, in printable ASCII; the same key never counts twice. In quotes, as the "
                + "IETF draft writes it, or without: `\"k\"` and `k` are one key. Without it, the service creates one, unless "
                + "`Airside:RequireTransactionKey` is true.",
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                MinLength = 1,
                MaxLength = (2 * Limits.TransactionKeyLengthMax) + 2, // A quoted string with an escape before each character.
            },
        });
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (status == "200" && response is OpenApiResponse replayed)
            {
                replayed.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
                replayed.Headers[Recorder.ReplayedHeader] = new OpenApiHeader
                {
                    Description = "true when the key was already recorded, so nothing was counted.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean },
                };
            }
        }
    }
}
