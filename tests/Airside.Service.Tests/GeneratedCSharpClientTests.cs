using System.Net;
using System.Reflection;
using Airside.Service.Tests.Fixtures;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;
using NSwag.CodeGeneration.OperationNameGenerators;

namespace Airside.Service.Tests;

/// <summary>The C# client that NSwag makes of the committed OpenAPI document compiles and works.</summary>
[Trait("Category", "Slow")]
public sealed class GeneratedCSharpClientTests
{
    private const string Usage =
        """
        public static class Usage
        {
            public static async System.Threading.Tasks.Task<string> RunAsync(System.Net.Http.HttpClient http)
            {
                var client = new Generated.AirsideClient(http);
                var (routes, cursor) = (0, default(string));
                do
                {
                    var page = await client.ListRoutesAsync(null, null, 2, cursor);
                    routes += page.Routes.Count;
                    cursor = page.NextCursor;
                }
                while (cursor is not null);

                long total = (await client.SaveTransactionAsync("GC1", "generated"))["GC1"];
                try
                {
                    await client.GetAirlineAsync(77123);
                    return "an unknown airline was found";
                }
                catch (Generated.ApiException<Generated.ProblemDetails> problem)
                {
                    return $"{routes} {total} {problem.Result.Status}";
                }
            }
        }
        """;

    [Fact]
    public async Task A_client_of_NSwag_reads_all_pages_records_and_reads_a_problem()
    {
        await using var service = await RunningService.StartAsync();
        foreach (var number in Enumerable.Range(1, 5))
        {
            using var recorded = await service.Client.RecordAsync($"GC{number}");
            Assert.Equal(HttpStatusCode.Created, recorded.StatusCode);
        }

        var document = await OpenApiDocument.FromJsonAsync(await File.ReadAllTextAsync(Repository.PathOf("docs/api/openapi.json")));
        var code = new CSharpClientGenerator(document, Settings()).GenerateFile();
        var usage = Compile(code, Usage).GetType("Usage")!.GetMethod("RunAsync")!;

        Assert.Equal("5 2 404", await (Task<string>)usage.Invoke(null, [service.Client])!);
    }

    private static CSharpClientGeneratorSettings Settings() => new()
    {
        ClassName = "AirsideClient",
        UseBaseUrl = false,
        OperationNameGenerator = new SingleClientFromOperationIdOperationNameGenerator(),
        CSharpGeneratorSettings = { Namespace = "Generated", JsonLibrary = CSharpJsonLibrary.SystemTextJson },
    };

    private static Assembly Compile(params string[] codes)
    {
        var libraries = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        using var assembly = new MemoryStream();
        var result = CSharpCompilation
            .Create(
                "Generated",
                codes.Select(code => CSharpSyntaxTree.ParseText(code)),
                libraries,
                new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .Emit(assembly);
        var errors = result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(5);
        Assert.True(result.Success, string.Join('\n', errors));
        return Assembly.Load(assembly.ToArray());
    }
}
