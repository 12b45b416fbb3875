// The limit that Airside is measured against: the same server without middleware or a store. It returns one of three fixed
// bodies as fast as Kestrel can: /list, /list.gz and, for all other paths, a short text.
using System.Text;

var list = File.ReadAllBytes(args[0]);
var compressed = File.ReadAllBytes(args[1]);
var text = Encoding.UTF8.GetBytes("{\"route\":\"AR1133\",\"transactions\":123456,\"key\":\"0123456789abcdef0123456789abcdef0123\"}");

var builder = WebApplication.CreateSlimBuilder(args[2..]);
builder.Logging.ClearProviders();
var app = builder.Build();
app.Run(context =>
{
    var (body, encoding) = context.Request.Path.Value switch
    {
        "/list" => (list, null),
        "/list.gz" => (compressed, "gzip"),
        _ => (text, null),
    };
    context.Response.ContentType = "application/json; charset=utf-8";
    context.Response.ContentLength = body.Length;
    if (encoding is not null)
    {
        context.Response.Headers.ContentEncoding = encoding;
    }

    return context.Response.Body.WriteAsync(body).AsTask();
});
await app.RunAsync();
