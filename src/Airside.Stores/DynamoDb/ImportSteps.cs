using Airside.Core;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Imports a ledger. One item, the marker, holds which import is under way and how many of its batches are written; every write of an
/// import depends on it.
/// </summary>
/// <remarks>
/// A batch has more entries than a transaction may have, so it is written in several. Each one replaces items with their final content and
/// checks that the marker still expects this batch. So a part may be written twice, by any process, and a late write is refused: it can
/// never undo what was recorded after the import.
/// </remarks>
internal sealed class ImportSteps(
    DynamoDbTable table, DynamoDbMonitor monitor, RouteReader reader, HoursKept hours, TimeSpan keyWindow, TimeProvider timeProvider)
{
    // How long a process may still write after the marker is set: until its next poll, and then until its transaction gets a response.
    private static readonly TimeSpan NoticeTime = TimeSpan.FromMilliseconds(Limits.DynamoDbImportNoticeMs + Limits.StoreTimeoutMs);

    /// <inheritdoc cref="ILedgerArchive.BeginImportAsync"/>
    public async Task<long?> BeginAsync(string id, CancellationToken cancellationToken)
    {
        var marker = (await monitor.PollAsync(cancellationToken)).Import;
        if (marker is null || (marker.Id != id && !marker.IsUnderWay))
        {
            await EnsureEmptyAsync(cancellationToken);
            await AnnounceAsync(id, marker, cancellationToken);
            marker = (await monitor.PollAsync(cancellationToken)).Import;
        }

        if (marker is null || marker.Id != id)
        {
            throw new StoreUnavailableException(
                $"The import '{marker?.Id}' is under way in the table '{table.Name}'. Finish it before you start another one.");
        }

        if (marker.Phase == ImportPhase.Announced)
        {
            await OpenAsync(id, cancellationToken);
            marker = (await monitor.PollAsync(cancellationToken)).Import ?? marker;
        }

        return marker.Phase == ImportPhase.Finished ? null : marker.Batches;
    }

    /// <inheritdoc cref="ILedgerArchive.ImportAsync"/>
    public async Task WriteAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count > Limits.ImportBatchEntries)
        {
            throw new ArgumentException(
                $"The batch has {entries.Count} entries; the maximum is {Limits.ImportBatchEntries}.", nameof(entries));
        }

        if (entries.OfType<DayEntry>().Select(entry => entry.Day).ToArray() is { Length: > 0 } days)
        {
            await hours.BeginAsync(days.Max().AddDays(1), cancellationToken);
        }

        var check = new TransactWriteItem { ConditionCheck = ImportMarker.Expects(table.Name, id, batch) };
        foreach (var part in entries.Chunk(Limits.DynamoDbTransactionItemsMax - 1))
        {
            var request = new TransactWriteItemsRequest { TransactItems = [check, .. part.Select(Put)] };
            if (!await TryWriteAsync(request, cancellationToken))
            {
                await EnsureWrittenAsync(id, batch, cancellationToken);
                return;
            }
        }

        if (!await ChangeMarkerAsync(id, ImportPhase.Open, "ADD #batches :one", batch, cancellationToken))
        {
            await EnsureWrittenAsync(id, batch, cancellationToken);
        }
    }

    /// <inheritdoc cref="ILedgerArchive.FinishImportAsync"/>
    public async Task FinishAsync(string id, CancellationToken cancellationToken)
    {
        var isChanged = await TryFinishAsync(id, cancellationToken);
        var marker = (await monitor.PollAsync(cancellationToken)).Import;
        if (!isChanged && (marker?.Id != id || marker.IsUnderWay))
        {
            throw NotUnderWay(id, marker);
        }
    }

    private static StoreUnavailableException NotUnderWay(string id, ImportMarker? marker) => new(
        $"The import '{id}' is not open; the marker of the table has {marker?.Id ?? "nothing"}, {marker?.Phase}, "
        + $"{marker?.Batches ?? 0} batches.");

    private static string PhaseAfter(ImportPhase phase) => (phase + 1).ToString();

    private TransactWriteItem Put(ArchiveEntry entry) => new()
    {
        Put = new Put { TableName = table.Name, Item = ArchiveItem.From(entry, keyWindow) },
    };

    /// <summary>
    /// Finishes the import and sets the count of the routes in one step; returns false if the import is not open. While it is, nothing else
    /// creates routes.
    /// </summary>
    private async Task<bool> TryFinishAsync(string id, CancellationToken cancellationToken)
    {
        var count = new RouteCount(
            await table.CountRoutesAsync(cancellationToken), timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
        var request = new TransactWriteItemsRequest
        {
            TransactItems =
            [
                new TransactWriteItem { Update = ImportMarker.Finishes(table.Name, id) },
                new TransactWriteItem { Put = new Put { TableName = table.Name, Item = count.Item() } },
            ],
        };
        return await TryWriteAsync(request, cancellationToken);
    }

    /// <summary>Writes a part of a batch; returns false if the marker does not expect the batch.</summary>
    private async Task<bool> TryWriteAsync(TransactWriteItemsRequest request, CancellationToken cancellationToken)
    {
        var budget = table.BackgroundBudget();
        while (true)
        {
            try
            {
                await table.SendAsync((client, token) => client.TransactWriteItemsAsync(request, token), budget, cancellationToken);
                return true;
            }
            catch (TransactionCanceledException cancelled)
            {
                if (cancelled.CancellationReasons is [{ Code: "ConditionalCheckFailed" }, ..])
                {
                    return false;
                }

                if (budget.IsOver)
                {
                    throw table.Faults.Unavailable(DynamoDbFault.Conflict, cancelled, budget);
                }
            }
            catch (Exception exception) when (DynamoDbFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
            {
                throw table.Faults.Unavailable(exception, budget);
            }

            await budget.BackOffAsync(cancellationToken);
        }
    }

    /// <summary>Ensures that another process has written the batch.</summary>
    private async Task EnsureWrittenAsync(string id, long batch, CancellationToken cancellationToken)
    {
        var marker = (await monitor.PollAsync(cancellationToken)).Import;
        if (marker?.Id != id || (marker.IsUnderWay && marker.Batches <= batch))
        {
            throw NotUnderWay(id, marker);
        }
    }

    private async Task EnsureEmptyAsync(CancellationToken cancellationToken)
    {
        if (!await reader.IsEmptyAsync(cancellationToken))
        {
            throw new StoreUnavailableException(
                $"The ledger in the table '{table.Name}' (Airside:DynamoDb:Table) already has transactions; an import needs an empty "
                + "one.");
        }
    }

    /// <summary>Writes the marker if none exists, or replaces that of a finished import.</summary>
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
            request.ConditionExpression = ImportMarker.SameImport;
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
    /// Waits until every process has seen the marker, ensures that none wrote before it did, and opens the import.
    /// </summary>
    private async Task OpenAsync(string id, CancellationToken cancellationToken)
    {
        await Task.Delay(NoticeTime, timeProvider, cancellationToken);
        try
        {
            await EnsureEmptyAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The recorded transactions stay, so the import must not block those that follow.
            var marker = (await monitor.PollAsync(cancellationToken)).Import;
            if (marker is { Phase: ImportPhase.Announced })
            {
                await WithdrawAsync(id, cancellationToken);
                throw;
            }

            // Another process has opened the same import in the meantime and is writing it.
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
            ConditionExpression = ImportMarker.SameImport,
            ExpressionAttributeNames = new() { ["#import"] = ImportMarker.IdAttribute, ["#phase"] = ImportMarker.PhaseAttribute },
            ExpressionAttributeValues = new()
            {
                [":import"] = TableLayout.Text(id),
                [":phase"] = TableLayout.Text(ImportPhase.Announced.ToString()),
            },
        };
        await IfConditionHoldsAsync((client, token) => client.DeleteItemAsync(request, token), cancellationToken);
        await monitor.PollAsync(cancellationToken);
    }

    /// <summary>Changes the marker; returns false if it has another import or another phase.</summary>
    private Task<bool> ChangeMarkerAsync(
        string id, ImportPhase phase, string change, long? batch, CancellationToken cancellationToken)
    {
        var request = new UpdateItemRequest
        {
            TableName = table.Name,
            Key = ImportMarker.Key,
            UpdateExpression = change,
            ConditionExpression = ImportMarker.SameImport,
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

    /// <summary>Sends a write; returns false if its condition fails, perhaps because an attempt without a response did it.</summary>
    private async Task<bool> IfConditionHoldsAsync<TResponse>(
        Func<IAmazonDynamoDB, CancellationToken, Task<TResponse>> send, CancellationToken cancellationToken)
    {
        var budget = table.BackgroundBudget();
        try
        {
            await table.SendAsync(send, budget, cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
        catch (Exception exception) when (DynamoDbFaults.IsOne(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw table.Faults.Unavailable(exception, budget);
        }
    }
}
