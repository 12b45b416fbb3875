using System.IO.Compression;
using System.Reflection;
using System.Text;
using Airside.Service.Dashboard.Parts;
using Airside.Service.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Dashboard;

/// <summary>A Razor component as a complete page, rendered on the server and sent compressed.</summary>
internal sealed class Page : IResult, IEndpointMetadataProvider
{
    private const int BrotliQuality = 5;

    private readonly Type _component;
    private readonly object _model;
    private readonly int _statusCode;

    private Page(Type component, object model, int statusCode)
    {
        _component = component;
        _model = model;
        _statusCode = statusCode;
    }

    /// <summary>Creates a page from a component.</summary>
    /// <param name="model">Value of its parameter <c>Model</c>.</param>
    /// <param name="statusCode">HTTP status.</param>
    public static Page Create<TComponent>(object model, int statusCode = StatusCodes.Status200OK)
        where TComponent : IComponent => new(typeof(TComponent), model, statusCode);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        services.GetRequiredService<Addresses>().PathBase = httpContext.Request.PathBase.ToUriComponent();
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal) { ["Model"] = _model });
            return (await renderer.RenderComponentAsync(_component, parameters)).ToHtmlString();
        });
        var response = httpContext.Response;
        response.StatusCode = _statusCode;
        response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        var bytes = Encoding.UTF8.GetBytes(html);
        var (brotli, gzip) = AcceptedEncodings.From(httpContext.Request.Headers.AcceptEncoding);
        await new CompressedResponse(
            "text/html; charset=utf-8",
            bytes,
            brotli ? ContentEncodings.Brotli(bytes, BrotliQuality) : bytes,
            gzip && !brotli ? ContentEncodings.Gzip(bytes, CompressionLevel.Fastest) : bytes).ExecuteAsync(httpContext);
    }

    /// <summary>Adds nothing: pages are not part of the described API.</summary>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
    }
}
