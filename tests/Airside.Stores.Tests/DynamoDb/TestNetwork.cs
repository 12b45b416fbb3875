using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>What stands between a store and its server: writes down each request, and does to it what a test asks for.</summary>
internal sealed class TestNetwork
{
    /// <summary>What becomes of a request: it is handed on by <c>Send</c>, or answered otherwise.</summary>
    public delegate Task<HttpResponseMessage> Treatment(TestRequest request);

    /// <summary>All requests so far.</summary>
    public ConcurrentQueue<TestRequest> Requests { get; } = new();

    /// <summary>What is done to each request; null hands it on.</summary>
    public Treatment? Treat { get; set; }

    /// <summary>The time that answers tell; null for none, so that a calendar that a test sets is no fault.</summary>
    public Func<DateTimeOffset>? Date { get; set; }

    /// <summary>Checks each request before it is sent.</summary>
    public Action<TestRequest>? Demand { get; init; }

    /// <summary>An answer of DynamoDB.</summary>
    public static HttpResponseMessage Answer(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.0") };

    /// <summary>An answer as DynamoDB gives it when it refuses a request.</summary>
    public static HttpResponseMessage Fault(string type, string more = "", HttpStatusCode status = HttpStatusCode.BadRequest) => Answer(
        $$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{type}}","message":"injected by the test"{{more}}}""", status);

    /// <summary>The answer to a cancelled transaction with these reasons.</summary>
    public static HttpResponseMessage Cancelled(IEnumerable<string> reasons) => Fault(
        "TransactionCanceledException",
        $$""","CancellationReasons":[{{string.Join(',', reasons.Select(reason => $$"""{"Code":"{{reason}}"}"""))}}]""");

    /// <summary>Number of pools of connections that the client has made.</summary>
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
            network.Demand?.Invoke(seen);
            network.Requests.Enqueue(seen);
            var answer = await (network.Treat?.Invoke(seen) ?? seen.SendAsync());
            answer.Headers.Date = network.Date?.Invoke();
            return answer;
        }

        /// <summary>The client disposes of a request that it gives up, but a copy may still arrive.</summary>
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

/// <summary>A request to DynamoDB on its way.</summary>
/// <param name="Operation">What it asks for, such as <c>GetItem</c>.</param>
/// <param name="Body">Its body in JSON.</param>
/// <param name="Send">Hands it on.</param>
/// <param name="GivenUp">Cancelled when the client gives up.</param>
internal sealed record TestRequest(
    string Operation, string Body, Func<CancellationToken, Task<HttpResponseMessage>> Send, CancellationToken GivenUp)
{
    public bool IsTransaction => Operation == "TransactWriteItems";

    public Task<HttpResponseMessage> SendAsync() => Send(GivenUp);
}
