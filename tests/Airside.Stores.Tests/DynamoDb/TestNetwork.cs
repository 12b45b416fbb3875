using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>The network between a store and its server. It records each request and treats it as a test requires.</summary>
internal sealed class TestNetwork
{
    /// <summary>Treats a request: forwards it with <c>Send</c>, or returns another response.</summary>
    public delegate Task<HttpResponseMessage> Treatment(TestRequest request);

    /// <summary>All requests so far.</summary>
    public ConcurrentQueue<TestRequest> Requests { get; } = new();

    /// <summary>Treats each request; null forwards it.</summary>
    public Treatment? Treat { get; set; }

    /// <summary>The time in responses; null for none, so a calendar that a test sets causes no fault.</summary>
    public Func<DateTimeOffset>? Date { get; set; }

    /// <summary>Checks each request before it is sent.</summary>
    public Action<TestRequest>? Ensure { get; init; }

    public static HttpResponseMessage Answer(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.0") };

    /// <summary>Creates the response with which DynamoDB refuses a request.</summary>
    public static HttpResponseMessage Fault(string type, string more = "", HttpStatusCode status = HttpStatusCode.BadRequest) => Answer(
        $$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{type}}","message":"injected by the test"{{more}}}""", status);

    /// <summary>Creates the response to a cancelled transaction with these reasons.</summary>
    public static HttpResponseMessage Cancelled(IEnumerable<string> reasons) => Fault(
        "TransactionCanceledException",
        $$""","CancellationReasons":[{{string.Join(',', reasons.Select(reason => $$"""{"Code":"{{reason}}"}"""))}}]""");

    /// <summary>Number of connection pools that the client has created.</summary>
    public int Pools { get; private set; }

    public HttpMessageHandler Around(HttpMessageHandler inner)
    {
        Pools++;
        return new Handler(this, inner);
    }

    private sealed class Handler(TestNetwork network, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var operation = request.Headers.GetValues("X-Amz-Target").Single().Split('.')[1];
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            var seen = new TestRequest(operation, body, token => base.SendAsync(Copy(request, body), token), cancellationToken);
            network.Ensure?.Invoke(seen);
            network.Requests.Enqueue(seen);
            var answer = await (network.Treat?.Invoke(seen) ?? seen.SendAsync());
            answer.Headers.Date = network.Date?.Invoke();
            return answer;
        }

        /// <summary>Copies a request, which may arrive after the client gives up and disposes of it.</summary>
        private static HttpRequestMessage Copy(HttpRequestMessage request, string body)
        {
            var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new StringContent(body, Encoding.UTF8) };
            copy.Content.Headers.ContentType = request.Content!.Headers.ContentType;
            foreach (var (name, values) in request.Headers)
            {
                copy.Headers.TryAddWithoutValidation(name, values);
            }

            return copy;
        }
    }
}

/// <summary>A request on its way to DynamoDB.</summary>
/// <param name="Operation">Operation, such as <c>GetItem</c>.</param>
/// <param name="Body">The body in JSON.</param>
/// <param name="Send">Forwards the request.</param>
/// <param name="GivenUp">Cancelled when the client gives up.</param>
internal sealed record TestRequest(
    string Operation, string Body, Func<CancellationToken, Task<HttpResponseMessage>> Send, CancellationToken GivenUp)
{
    public bool IsTransaction => Operation == "TransactWriteItems";

    public Task<HttpResponseMessage> SendAsync() => Send(GivenUp);
}
