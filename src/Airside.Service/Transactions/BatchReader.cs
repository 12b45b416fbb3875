using System.Text.Json;
using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Service.Transactions;

/// <summary>Reads the complete body of a batch before any of it is recorded.</summary>
internal sealed class BatchReader
{
    /// <summary>Content type of a JSON array.</summary>
    public const string Json = "application/json";

    /// <summary>Content type of JSON objects, one per line.</summary>
    public const string NdJson = "application/x-ndjson";

    /// <summary>All content types in use for JSON objects, one per line; none is registered.</summary>
    public static readonly string[] NdJsonNames = [NdJson, "application/ndjson", "application/jsonl"];

    /// <summary>The byte order mark that some editors and shells put in front of UTF-8.</summary>
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly List<Transaction> _transactions = [];
    private readonly List<BatchItemError> _errors = [];

    /// <summary>The transactions in order, if there is no error.</summary>
    public IReadOnlyList<Transaction> Transactions => _transactions;

    /// <summary>Errors of single items, at most a hundred.</summary>
    public IReadOnlyList<BatchItemError> Errors => _errors;

    /// <summary>Number of items read, valid or not.</summary>
    public int Items { get; private set; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="JsonException">The body is not JSON, or not in the form of its content type, so its items are unknown.</exception>
    public static BatchReader Read(ReadOnlySpan<byte> body, bool isNdJson)
    {
        var batch = new BatchReader();
        if (isNdJson)
        {
            batch.ReadLines(body);
        }
        else
        {
            batch.ReadArray(body);
        }

        return batch;
    }

    private void ReadArray(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(WithoutMark(body));
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("The body is not a JSON array.");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (++Items <= Limits.BatchTransactionsMax)
            {
                ReadItem(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        // Throws on anything but white space after the array.
        reader.Read();
    }

    private void ReadLines(ReadOnlySpan<byte> body)
    {
        foreach (var range in body.Split((byte)'\n'))
        {
            // Files that are put together may each bring a mark.
            var line = WithoutMark(body[range]).Trim(" \t\r"u8);
            if (line.IsEmpty)
            {
                continue;
            }

            if (++Items > Limits.BatchTransactionsMax)
            {
                return;
            }

            try
            {
                var reader = new Utf8JsonReader(line);
                reader.Read();
                ReadItem(ref reader);
                reader.Read();
            }
            catch (JsonException exception)
            {
                throw new JsonException($"Item {Items - 1} is not JSON: {exception.Message}", exception);
            }
        }
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) =>
        text.StartsWith(ByteOrderMark) ? text[ByteOrderMark.Length..] : text;

    private void ReadItem(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            AddError($"The item is not an object such as {{\"route\":\"AR1133\",\"key\":\"…\"}}.");
            reader.Skip();
            return;
        }

        string? route = null;
        string? key = null;
        string? error = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            switch (NameOf(ref reader))
            {
                case "route":
                    route = ReadText(ref reader, "route", route, ref error);
                    break;
                case "key":
                    key = ReadText(ref reader, "key", key, ref error);
                    break;
                default:
                    error ??= $"{UnknownName(ref reader)} is unknown; an item has 'route' and 'key'.";
                    reader.Read();
                    reader.Skip();
                    break;
            }
        }

        Add(route, key, error);
    }

    /// <summary>Returns the name of a property if it is known here. Any of its characters may be escaped.</summary>
    private static string? NameOf(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueTextEquals("route"u8) ? "route" : reader.ValueTextEquals("key"u8) ? "key" : null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which no known name contains.
            return null;
        }
    }

    private static string UnknownName(ref Utf8JsonReader reader)
    {
        try
        {
            return $"'{DisplayText.Shorten(reader.GetString()!)}'";
        }
        catch (InvalidOperationException)
        {
            return "A name that is not valid Unicode";
        }
    }

    private static string? ReadText(ref Utf8JsonReader reader, string name, string? present, ref string? error)
    {
        reader.Read();
        if (present is not null)
        {
            error ??= $"'{name}' occurs twice.";
        }
        else if (reader.TokenType == JsonTokenType.String)
        {
            try
            {
                return reader.GetString();
            }
            catch (InvalidOperationException)
            {
                error ??= $"'{name}' is not valid Unicode.";
            }
        }
        else
        {
            error ??= $"'{name}' is not a string.";
        }

        reader.Skip();
        return present;
    }

    private void Add(string? route, string? key, string? error)
    {
        if (error is not null)
        {
            AddError(error);
        }
        else if (route is null)
        {
            AddError("'route' is missing.");
        }
        else if (key is null)
        {
            AddError("'key' is missing; without it the batch could not be retried safely.");
        }
        else if (!FlightRoute.TryParse(route, out var flightRoute))
        {
            AddError(RouteProblems.Detail(route));
        }
        else if (!TransactionKey.TryCreate(key, out var transactionKey, out var cause))
        {
            AddError(cause);
        }
        else
        {
            _transactions.Add(new Transaction(flightRoute, transactionKey));
        }
    }

    private void AddError(string cause)
    {
        if (_errors.Count < Limits.BatchErrorsMax)
        {
            _errors.Add(new BatchItemError(Items - 1, cause));
        }
    }
}

/// <summary>One invalid item of a batch.</summary>
/// <param name="Index">Its position in the batch, counted from 0.</param>
/// <param name="Cause">What is wrong with it.</param>
internal sealed record BatchItemError(int Index, string Cause);
