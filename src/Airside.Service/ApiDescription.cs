using Airside.Service.Configuration;
using Airside.Service.Security;
using Microsoft.OpenApi;

namespace Airside.Service;

/// <summary>The OpenAPI document and the page that shows it.</summary>
internal static class ApiDescription
{
    private const string Document = "v1";

    /// <summary>Describes the API.</summary>
    public static void AddApiDescription(this WebApplicationBuilder builder) =>
        builder.Services.AddOpenApi(Document, options =>
        {
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Airside",
                    Version = InfoEndpoint.Build.Version,
                    Description = "Counts reservation transactions per flight route, exactly once, beside airline reference data.",
                };

                // The address depends on where the service runs, and the document is compared with a committed one.
                document.Servers = [];
                return Task.CompletedTask;
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                ApiParameters.Describe(operation, context.Description.RelativePath ?? "", context.Description.HttpMethod ?? "");
                return Task.CompletedTask;
            });
        });

    /// <summary>Maps <c>/openapi/v1.json</c> and <c>/docs</c>.</summary>
    public static void MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi($"/openapi/{Document}.json").RequireScope(Scopes.Read);

        // The page is put together at its first request, since hardly any start leads to one.
        var page = new Lazy<RequestDelegate>(() => BuildPage(app));
        app.MapGet("/docs/{**path}", context => page.Value(context)).ExcludeFromDescription().RequireScope(Scopes.Read);
    }

    private static RequestDelegate BuildPage(IApplicationBuilder app)
    {
        var branch = app.New();
        branch.Use((context, next) =>
        {
            // Behind an endpoint the page would take the request for answered.
            context.SetEndpoint(null);
            return next(context);
        });
        branch.UseStatusCodePages();
        branch.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "docs";
            ui.DocumentTitle = "Airside API";
            ui.SwaggerEndpoint($"/openapi/{Document}.json", "Airside");
        });
        return branch.Build();
    }
}
