using System.Diagnostics;
using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests;

/// <summary>Clients that generators make of the committed OpenAPI document compile and work.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class GeneratedClientTests
{
    private const string Pages =
        """
        import createClient from 'openapi-fetch';
        import type { paths } from './api.js';

        const client = createClient<paths>({ baseUrl: process.argv[2]! });

        let routes = 0;
        let cursor: string | undefined;
        do {
          const { data, error } = await client.GET('/api/v1/routes', { params: { query: { limit: 2, cursor } } });
          if (error) throw new Error(error.detail);
          routes += data.routes.length;
          cursor = data.nextCursor;
        } while (cursor);

        const { data } = await client.POST('/api/v1/routes/{route}/transactions', {
          params: { path: { route: 'GC1' }, header: { 'Idempotency-Key': 'generated' } },
        });
        const total: number = data!.transactions;
        const { error } = await client.GET('/api/v1/airlines/{id}', { params: { path: { id: 77123 } } });
        const status: number = error!.status;
        console.log(routes, total, status);
        """;

    private const string Schemas =
        """
        import * as zod from './zod.js';

        const read = async (path: string, request?: RequestInit) => (await fetch(new URL(path, process.argv[2]!), request)).json();
        const json = { 'Content-Type': 'application/json' };
        const items = JSON.stringify([{ route: 'GC1', key: 'one' }, { route: 'GC2', key: 'one' }]);
        zod.listAirlinesResponse.strict().parse(await read('/api/v1/airlines'));
        zod.listAirlinesResponse.strict().parse(await read('/api/v1/airlines?limit=2'));
        zod.getAirlineResponse.strict().parse(await read('/api/v1/airlines/24'));
        zod.recordTransactionsResponse.strict().parse(await read('/api/v1/transactions', { method: 'POST', headers: json, body: items }));
        zod.listRoutesResponse.strict().parse(await read('/api/v1/routes?sort=total'));
        zod.getRouteResponse.strict().parse(await read('/api/v1/routes/GC9'));
        zod.getRouteHistoryResponse.strict().parse(await read('/api/v1/routes/GC1/history'));
        zod.saveTransactionResponse.parse(await read('/save-transaction/GC1', { method: 'POST' }));
        zod.getInfoResponse.strict().parse(await read('/api/v1/info'));
        zod.getConfigResponse.strict().parse(await read('/config'));
        zod.getReadinessResponse.strict().parse(await read('/readyz'));
        console.log('all fit');
        """;

    private static readonly string Modules = Repository.PathOf("artifacts/tools/openapi-clients/node_modules");
    private static readonly string Document = Repository.PathOf("docs/api/openapi.json");

    [Fact]
    public async Task A_client_of_openapi_typescript_reads_all_pages_records_and_reads_a_problem()
    {
        using var directory = Workplace();
        await using var service = await RunningService.StartAsync();
        foreach (var number in Enumerable.Range(1, 5))
        {
            using var recorded = await service.Client.RecordAsync($"GC{number}");
            Assert.Equal(HttpStatusCode.Created, recorded.StatusCode);
        }

        await RunAsync(directory, "openapi-typescript", Document, "-o", "api.d.ts");

        Assert.Equal("5 2 404\n", await RunScriptAsync(directory, Pages, service.Address));
    }

    [Fact]
    public async Task Schemas_of_orval_and_zod_accept_what_the_service_answers()
    {
        using var directory = Workplace();
        await using var service = await RunningService.StartAsync();
        await RunAsync(directory, "orval", "--input", Document, "--output", "zod.ts", "--client", "zod");

        Assert.Equal("all fit\n", await RunScriptAsync(directory, Schemas, service.Address));
    }

    private static TemporaryDirectory Workplace()
    {
        Assert.SkipUnless(Directory.Exists(Modules), "reason: the generators are not installed; ./test installs them");
        var directory = new TemporaryDirectory();
        Directory.CreateSymbolicLink(directory.File("node_modules"), Modules);
        File.WriteAllText(directory.File("package.json"), """{ "type": "module" }""");
        return directory;
    }

    private static async Task<string> RunScriptAsync(TemporaryDirectory directory, string script, Uri address)
    {
        await File.WriteAllTextAsync(directory.File("script.ts"), script);
        await RunAsync(
            directory, "tsc", "--strict", "--module", "nodenext", "--target", "es2022", "--types", "node", "--skipLibCheck", "script.ts");
        return await RunAsync(directory, "node", "script.js", $"{address}");
    }

    private static async Task<string> RunAsync(TemporaryDirectory directory, string program, params string[] arguments)
    {
        var path = program == "node" ? program : Path.Combine(Modules, ".bin", program);
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(path, arguments)
            {
                WorkingDirectory = directory.Path, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            },
        };
        process.Start();
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {string.Concat(output)}");
        return output[0];
    }
}
