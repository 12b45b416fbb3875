using Airside.Core;
using Airside.Core.Archives;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Imports a ledger. One item, the marker, says which import is under way and how many of its batches are written; every write of an
/// import depends on it.
/// </summary>
/// <remarks>
/// A batch has more entries than a transaction may have, so it is written in several, each of which replaces items with what they have
/// to be and checks that the marker still waits for this batch. So a part may be written twice, by whichever process, and one that
/// comes too late is refused: it can never undo what was recorded after the import.
/// </remarks>
internal sealed class ImportSteps(
    DynamoDbTable table, StoreWatch watch, RouteReader reader, TimeSpan keyWindow, TimeProvider timeProvider)
{
    // Any process may write for so long after the marker is there: until it looks again, and then until its transaction is answered.
    private static readonly TimeSpan NoticeTime = TimeSpan.FromMilliseconds(Limits.DynamoDbImportNoticeMs + Limits.StoreTimeoutMs);

    private const string SameImport = "#import = :import AND #phase = :phase";

    /// <inheritdoc cref="ILedgerArchive.BeginImportAsync"/>
    public async Task<long?> BeginAsync(string id, CancellationToken cancellationToken)
    {
        var marker = (await watch.LookAsync(cancellationToken)).Import;
        if (marker is null || (marker.Id != id && !marker.IsUnderWay))
        {
            await DemandEmptyAsync(cancellationToken);
            await AnnounceAsync(id, marker, cancellationToken);
            marker = (await watch.LookAsync(cancellationToken)).Import;
        }

        if (marker is null || marker.Id != id)
        {
            throw new StoreUnavailableException(
                $"The import '{marker?.Id}' is under way in the table '{table.Name}'. Finish it before another is begun.");
        }

        if (marker.Phase == ImportPhase.Announced)
        {
            await OpenAsync(id, cancellationToken);
            marker = (await watch.LookAsync(cancellationToken)).Import ?? marker;
        }

        return marker.Phase == ImportPhase.Finished ? null : marker.Batches;
    }

    /// <inheritdoc cref="ILedgerArchive.ImportAsync"/>
    public async Task WriteAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count > Limits.ImportBatchEntries)
        {
            throw new ArgumentException(
                $"There are {entries.Count} entries; at most {Limits.ImportBatchEntries} are written together.", nameof(entries));
        }

        var check = new TransactWriteItem { ConditionCheck = MarkerCheck(id, batch) };
        foreach (var part in entries.Chunk(Limits.DynamoDbTransactionItemsMax - 1))
        {
            var request = new TransactWriteItemsRequest { TransactItems = [check, .. part.Select(Put)] };
            if (!await TryWriteAsync(request, cancellationToken))
            {
                await DemandWrittenAsync(id, batch, cancellationToken);
                return;
            }
        }

        if (!await ChangeMarkerAsync(id, ImportPhase.Open, "ADD #batches :one", batch, cancellationToken))
        {
            await DemandWrittenAsync(id, batch, cancellationToken);
        }
    }

    /// <inheritdoc cref="ILedgerArchive.FinishImportAsync"/>
    public async Task FinishAsync(string id, CancellationToken cancellationToken)
    {
        var isChanged = await ChangeMarkerAsync(id, ImportPhase.Open, "SET #phase = :next", batch: null, cancellationToken);
        var marker = (await watch.LookAsync(cancellationToken)).Import;
        if (!isChanged && (marker?.Id != id || marker.IsUnderWay))
        {
            throw NotUnderWay(id, marker);
        }
    }

    private static StoreUnavailableException NotUnderWay(string id, ImportMarker? marker) => new(
        $"The import '{id}' is not open; the marker of the table says {marker?.Id ?? "nothing"}, {marker?.Phase}, "
        + $"{marker?.Batches ?? 0} batches.");

    private static string PhaseAfter(ImportPhase phase) => (phase + 1).ToString();

    private TransactWriteItem Put(ArchiveEntry entry) => new()
    {
        Put = new Put
        {
            TableName = table.Name,
            Item = entry switch
            {
                RouteEntry { Summary: var route } => new(TableLayout.ShardItem(route.Route, 0))
                {
                    [TableLayout.Total] = TableLayout.Number(route.Total),
                    [TableLayout.FirstAt] = TableLayout.Number(route.FirstAt.ToUnixTimeMilliseconds()),
                    [TableLayout.LastAt] = TableLayout.Number(route.LastAt.ToUnixTimeMilliseconds()),
                },
                HourEntry hour => new(TableLayout.HourItem(hour.Route, 0, hour.Hour))
                {
                    [TableLayout.Transactions] = TableLayout.Number(hour.Transactions),
                },
                KeyEntry key =>
                    new KeyItem(key.Key, key.Route, key.Total, key.RecordedAt.ToUnixTimeMilliseconds(), Recording: "").Item(keyWindow),
                _ => throw new ArgumentException($"An entry of the kind {entry.GetType().Name} is not known.", nameof(entry)),
            },
        },
    };

    private ConditionCheck MarkerCheck(string id, long batch) => new()
    {
        TableName = table.Name,
        Key = ImportMarker.Key,
        ConditionExpression = SameImport + " AND #batches = :batch",
        ExpressionAttributeNames = new()
        {
            ["#import"] = ImportMarker.IdAttribute,
            ["#phase"] = ImportMarker.PhaseAttribute,
            ["#batches"] = ImportMarker.BatchesAttribute,
        },
        ExpressionAttributeValues = new()
        {
            [":import"] = TableLayout.Text(id),
            [":phase"] = TableLayout.Text(ImportPhase.Open.ToString()),
            [":batch"] = TableLayout.Number(batch),
        },
    };

    /// <summary>Writes a part of a batch; false when the marker does not wait for the batch.</summary>
    private async Task<bool> TryWriteAsync(TransactWriteItemsRequest request, CancellationToken cancellationToken)
    {
        var patience = table.WorkPatience();
        while (true)
        {
            try
            {
                await table.SendAsync((client, token) => client.TransactWriteItemsAsync(request, token), patience, cancellationToken);
                return true;
            }
            catch (TransactionCanceledException cancelled)
            {
                if (cancelled.CancellationReasons is [{ Code: "ConditionalCheckFailed" }, ..])
                {
                    return false;
                }

                if (patience.IsOver)
                {
                    throw table.Faults.Unavailable(TableFault.Conflict, cancelled, patience);
                }
            }
            catch (Exception exception) when (TableFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
            {
                throw table.Faults.Unavailable(exception, patience);
            }

            await patience.BackOffAsync(cancellationToken);
        }
    }

    /// <summary>Makes sure that another process has written the batch.</summary>
    private async Task DemandWrittenAsync(string id, long batch, CancellationToken cancellationToken)
    {
        var marker = (await watch.LookAsync(cancellationToken)).Import;
        if (marker?.Id != id || (marker.IsUnderWay && marker.Batches <= batch))
        {
            throw NotUnderWay(id, marker);
        }
    }

    private async Task DemandEmptyAsync(CancellationToken cancellationToken)
    {
        if (!await reader.IsEmptyAsync(cancellationToken))
        {
            throw new StoreUnavailableException(
                $"The table '{table.Name}' (Airside:DynamoDb:Table) holds transactions of its own; a ledger is imported into an empty "
                + "one.");
        }
    }

    /// <summary>Writes the marker in place of none, or of that of an import that is finished.</summary>
    private async Task AnnounceAsync(string id, ImportMarker? replaced, CancellationToken cancellationToken)
    {
        var request = new PutItemRequest
        {
            TableName = table.Name,
            Item = new ImportMarker(id, 0, ImportPhase.Announced).Item(),
            ConditionExpression = "attribute_not_exists(#import)",
            ExpressionAttributeNames = new() { ["#import"] = ImportMarker.IdAttribute },
        };
        if (replaced is not null)
        {
            request.ConditionExpression = SameImport;
            request.ExpressionAttributeNames["#phase"] = ImportMarker.PhaseAttribute;
            request.ExpressionAttributeValues = new()
            {
                [":import"] = TableLayout.Text(replaced.Id),
                [":phase"] = TableLayout.Text(replaced.Phase.ToString()),
            };
        }

        await IfConditionHoldsAsync(
            (client, token) => client.PutItemAsync(request, token), cancellationToken);
    }

    /// <summary>
    /// Waits until every process has seen the marker, makes sure that none has written before it did, and opens the import.
    /// </summary>
    private async Task OpenAsync(string id, CancellationToken cancellationToken)
    {
        await Task.Delay(NoticeTime, timeProvider, cancellationToken);
        try
        {
            await DemandEmptyAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The transactions that were recorded stay, so the import must not hold up those that follow.
            var marker = (await watch.LookAsync(cancellationToken)).Import;
            if (marker is { Phase: ImportPhase.Announced })
            {
                await WithdrawAsync(id, cancellationToken);
                throw;
            }

            // Another process has opened the same import meanwhile and is writing it.
            return;
        }

        await ChangeMarkerAsync(id, ImportPhase.Announced, "SET #phase = :next", batch: null, cancellationToken);
    }

    private async Task WithdrawAsync(string id, CancellationToken cancellationToken)
    {
        var request = new DeleteItemRequest
        {
            TableName = table.Name,
            Key = ImportMarker.Key,
            ConditionExpression = SameImport,
            ExpressionAttributeNames = new() { ["#import"] = ImportMarker.IdAttribute, ["#phase"] = ImportMarker.PhaseAttribute },
            ExpressionAttributeValues = new()
            {
                [":import"] = TableLayout.Text(id),
                [":phase"] = TableLayout.Text(ImportPhase.Announced.ToString()),
            },
        };
        await IfConditionHoldsAsync((client, token) => client.DeleteItemAsync(request, token), cancellationToken);
        await watch.LookAsync(cancellationToken);
    }

    /// <summary>Changes the marker of an import in a phase; false when it is another import or another phase.</summary>
    private Task<bool> ChangeMarkerAsync(
        string id, ImportPhase phase, string change, long? batch, CancellationToken cancellationToken)
    {
        var request = new UpdateItemRequest
        {
            TableName = table.Name,
            Key = ImportMarker.Key,
            UpdateExpression = change,
            ConditionExpression = SameImport,
            ExpressionAttributeNames = new() { ["#import"] = ImportMarker.IdAttribute, ["#phase"] = ImportMarker.PhaseAttribute },
            ExpressionAttributeValues = new()
            {
                [":import"] = TableLayout.Text(id),
                [":phase"] = TableLayout.Text(phase.ToString()),
            },
        };
        if (batch is { } number)
        {
            request.ConditionExpression += " AND #batches = :batch";
            request.ExpressionAttributeNames["#batches"] = ImportMarker.BatchesAttribute;
            request.ExpressionAttributeValues[":batch"] = TableLayout.Number(number);
            request.ExpressionAttributeValues[":one"] = TableLayout.Number(1);
        }
        else
        {
            request.ExpressionAttributeValues[":next"] = TableLayout.Text(PhaseAfter(phase));
        }

        return IfConditionHoldsAsync((client, token) => client.UpdateItemAsync(request, token), cancellationToken);
    }

    /// <summary>Sends a write; false when its condition does not hold, be it because an attempt without an answer has done it.</summary>
    private async Task<bool> IfConditionHoldsAsync<TResponse>(
        Func<IAmazonDynamoDB, CancellationToken, Task<TResponse>> send, CancellationToken cancellationToken)
    {
        var patience = table.WorkPatience();
        try
        {
            await table.SendAsync(send, patience, cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
        catch (Exception exception) when (TableFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw table.Faults.Unavailable(exception, patience);
        }
    }
}
