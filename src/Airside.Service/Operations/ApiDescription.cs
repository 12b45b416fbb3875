using Airside.Service.Configuration;
using Airside.Service.Security;
using Microsoft.OpenApi;

namespace Airside.Service.Operations;

/// <summary>The OpenAPI document and the page that shows it.</summary>
internal static class ApiDescription
{
    private const string Document = "v1";

    public static void AddApiDescription(this WebApplicationBuilder builder) =>
        builder.Services.AddOpenApi(Document, options =>
        {
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Airside",
                    Version = BuildVersion.Current.Version,
                    Description = "Counts reservation transactions per flight route, exactly once, alongside airline reference data.",
                    License = new OpenApiLicense { Name = "Apache 2.0", Identifier = "Apache-2.0" },
                };
                ApiSecurity.Describe(document);

                // Relative to the document: host and scheme depend on where the service runs, and proxies change them.
                document.Servers = [new OpenApiServer { Url = PathOf(document.Servers) }];
                return Task.CompletedTask;
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                var metadata = context.Description.ActionDescriptor.EndpointMetadata;
                ApiParameters.Describe(operation, metadata);
                ApiExamples.Describe(operation);
                ApiSecurity.Describe(operation, metadata, context.Document!);
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                ApiSchemas.Describe(schema, context.JsonTypeInfo, context.JsonPropertyInfo);
                return Task.CompletedTask;
            });
        });

    /// <summary>Maps <c>/openapi/v1.json</c> and <c>/docs</c>.</summary>
    public static void MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi($"/openapi/{Document}.json").RequireScope(Scopes.Read);

        // Built at its first request, because most processes never serve it.
        var page = new Lazy<RequestDelegate>(() => BuildPage(app));
        app.MapGet("/docs/{**path}", context => page.Value(context)).ExcludeFromDescription().RequireScope(Scopes.Read);
    }

    /// <summary>Returns the path below which the service is reached, of the address that the framework found.</summary>
    private static string PathOf(IList<OpenApiServer>? servers) =>
        servers is [{ Url: { } url }, ..] ? new Uri(url).AbsolutePath : "/";

    private static RequestDelegate BuildPage(IApplicationBuilder app)
    {
        var branch = app.New();
        branch.Use((context, next) =>
        {
            // With an endpoint set, the page would treat the request as already handled.
            context.SetEndpoint(null);
            return next(context);
        });
        branch.UseStatusCodePages();
        branch.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "docs";
            ui.DocumentTitle = "Airside API";
            ui.SwaggerEndpoint($"../openapi/{Document}.json", "Airside");
        });
        return branch.Build();
    }
}
