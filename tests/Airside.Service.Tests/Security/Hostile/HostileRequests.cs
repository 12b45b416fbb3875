using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Airside.Service.Tests.Security.Hostile;

/// <summary>Creates requests no well-behaved client sends: from the operations of the OpenAPI document, and below HTTP.</summary>
/// <param name="random">Seeded, so that a failure can be reproduced.</param>
/// <param name="authority">Host and port of the service.</param>
/// <param name="key">A key that allows everything, so that requests also get past authentication.</param>
internal sealed class HostileRequests(Random random, string authority, string key)
{
    private static readonly Operation[] Operations = ReadOperations();

    // Each character stands for one byte.
    private static readonly string[] Texts =
    [
        "", "%", "%0", "%zz", "%00", "%0d%0aX-Evil:1", "%c0%ae%c0%ae", "..", "%2e%2e%2f", "..%2f..%2fetc%2fpasswd", "....//", ";x=1",
        "\xff\xfe",
        "\xed\xa0\x80", "\xc3\x28", "'%20OR%201=1--", "<script>", "${jndi:ldap://x}", "{{7*7}}", "-1", "99999999999999999999", "1e309",
        "NaN", "AR", "AR00000", "ARRRR1", "A\xc3\x841", "%F0%9F%9B%AB", "AR1%09", "AR1%00", "%EF%BC%A1R1", "0x1", "null", "true",
        "2026-13-45", "0001-01-01", "9999-12-31T23:59:59Z", "hour%00", "AAAA~~~~", "eyJhIjoxfQ", "*", "%2a", "\t", "()",
    ];

    private static readonly string[] Bodies =
    [
        "", "null", "0", "\"x\"", "{}", "[]", "[[]]", "[{}]", "[null]", "{\"route\":\"AR1\",\"key\":7}",
        "[{\"route\":1,\"key\":2}]", "[1,",
        "[{\"route\":\"AR1\"}]", "[{\"key\":\"k\"}]", "[{\"route\":\"AR1\",\"key\":\"\"}]",
        "[{\"route\":\"AR1\",\"route\":\"AR2\",\"key\":\"k\"}]",
        "[{\"route\":\"AR1\",\"key\":\"\\ud800\"}]", "[{\"route\":\"\xff\",\"key\":\"k\"}]", "[{\"route\":\"AR1\",\"key\":{\"a\":[1]}}]",
        "\xef\xbb\xbf[", "NaN", "{\"__proto__\":1}", "1,\"One", "\0\0\0", "[{\"route\":\"AR\\u00311\\n\",\"key\":\"a\\r\\nb\"}]",
    ];

    private static readonly string[] Headers =
    [
        "Idempotency-Key: ", "Idempotency-Key: a\r\nIdempotency-Key: b", "Idempotency-Key: %ff%fe", "Idempotency-Key: a,b\tc",
        "Range: bytes=0-1,-1",
        "Accept-Encoding: ;;q=9,,gzip;q=x", "If-None-Match: \"", "Accept: */*;q=zz", "Cookie: a=b;;;=", "Content-Encoding: gzip",
        "X-Forwarded-For: 1.2.3.4, evil", "X-HTTP-Method-Override: DELETE", "X-Original-URL: /config", "Expect: nonsense",
        "traceparent: 00-zz-zz-zz", "baggage: ;;=,", "Upgrade: h2c", "Forwarded: for=\"_x\"", "Sec-Fetch-Site: cross-site", "Origin: null",
    ];

    /// <summary>Returns well-formed HTTP with hostile content; it can never legitimately record a transaction.</summary>
    public byte[] Request()
    {
        var operation = Pick(Operations);
        var path = Path(operation);
        var method = random.Next(20) == 0 ? Pick("DELETE", "PUT", "BREW", "OPTIONS", "TRACE", "HEAD") : operation.Method;
        var body = method == "POST" ? Body(operation) : "";
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: {authority}\r\n");
        text.Append(random.Next(8) switch
        {
            0 => "",
            1 => $"X-Api-Key: {key[..^1]}\r\n",
            2 => $"Authorization: Bearer {Escaped(Pick(Texts))}\r\n",
            3 => $"Authorization: Bearer {key}\r\nX-Api-Key: {key}\r\n",
            _ => $"X-Api-Key: {key}\r\n",
        });
        for (var count = random.Next(3); count > 0; count--)
        {
            text.Append(Pick(Headers)).Append("\r\n");
        }

        if (method == "POST")
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: {Pick(operation.Types)}\r\nContent-Length: {body.Length}\r\n");
        }

        return Encoding.Latin1.GetBytes(text.Append("\r\n").Append(body).ToString());
    }

    /// <summary>Returns a request after which the service closes the connection.</summary>
    public byte[] LastRequest() => Encoding.Latin1.GetBytes($"GET /healthz HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");

    /// <summary>Returns bytes that violate HTTP itself and make the connection unusable.</summary>
    public byte[] Breakage()
    {
        var host = $"Host: {authority}\r\nX-Api-Key: {key}\r\n";
        const string Post = "POST /api/v1/transactions HTTP/1.1\r\n";
        var chunks = $"{Post}{host}Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n";
        var text = random.Next(24) switch
        {
            0 => "GET / HTTP/1.1\r\n\r\n",
            1 => $"GET / HTTP/1.1\r\n{host}{host}\r\n",
            2 => $"{Post}{host}Content-Length: 5\r\nContent-Length: 6\r\n\r\n[{{}}] ",
            3 => $"{Post}{host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            4 => $"{Post}{host}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            5 => $"{chunks}ffffffffffffffff\r\n[",
            6 => $"{chunks}-1\r\n[",
            7 => $"{chunks}1;{new string('x', 9_000)}\r\n[\r\n0\r\n\r\n",
            8 => $"{Post}{host}Content-Length: -1\r\n\r\n",
            9 => $"{Post}{host}Content-Length: 99999999999999999999\r\n\r\n",
            10 => $"GET / HTTP/1.1\r\n{host}X: {new string('a', 40_000)}\r\n\r\n",
            11 => $"GET / HTTP/1.1\r\n{host}{string.Concat(Enumerable.Repeat("X: y\r\n", 200))}\r\n",
            12 => $"GET /{new string('a', 20_000)} HTTP/1.1\r\n{host}\r\n",
            13 => $"GET / HTTP/9.9\r\n{host}\r\n",
            14 => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            15 => $"GET / HTTP/1.1\r\n{host}Bad Name: x\r\n\r\n",
            16 => $"GET / HTTP/1.1\r\n{host}X: a\0b\r\n\r\n",
            17 => $"GET / HTTP/1.1\nHost: {authority}\rX: y\r\n\r\n",
            19 => $"GET /%00/{Pick(Texts)} HTTP/1.1\r\n{host}\r\n",
            20 => $"POST /save-transaction/AR1 HTTP/1.1\r\n{host}Idempotency-Key: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
            21 => $"GET / HTTP/1.1\r\n{host}Authorization: Bearer \xc3\x28\r\n\r\n",
            22 => $"GET /api/v1/stream?limit={Escaped(Pick(Texts))} HTTP/1.1\r\n{host}Last-Event-ID: {Escaped(Pick(Texts))}\r\n\r\n",
            18 => "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
            _ => new string([.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => (char)random.Next(256))]) + "\r\n\r\n",
        };
        return Encoding.Latin1.GetBytes(text);
    }

    private string Path(Operation operation)
    {
        var path = new StringBuilder();
        foreach (var segment in operation.Path.Split('/').Skip(1))
        {
            // The route in a recording URL is never valid, so that no transaction can be recorded.
            path.Append('/').Append(
                segment.StartsWith('{') ? "!" + Escaped(Pick(Texts)).Replace("%00", "%01", StringComparison.Ordinal) : segment);
        }

        if (random.Next(10) == 0)
        {
            path.Insert(0, Pick("/..", "//", "/./", "/%2e%2e", "/%2F", "/;"));
        }

        var separator = '?';
        foreach (var parameter in operation.Parameters.Where(_ => random.Next(2) == 0))
        {
            path.Append(separator).Append(parameter).Append('=').Append(Escaped(Pick(Texts)));
            separator = '&';
        }

        return path.ToString().Replace(' ', '+');
    }

    /// <summary>Percent-encodes the bytes that would end a connection; <see cref="Breakage"/> sends those.</summary>
    private static string Escaped(string text) => string.Concat(
        text.Select(character => character is > ' ' and < (char)127 ? character.ToString() : $"%{(int)character:x2}"));

    private string Body(Operation operation) => random.Next(40) switch
    {
        0 => new string('[', random.Next(1, 60_000)),
        1 => "[" + string.Concat(Enumerable.Repeat("{\"a\":[", random.Next(1, 5_000))),
        2 => $"[{{\"route\":\"AR1\",\"key\":\"{new string('k', 300)}\"}}]",
        3 => $"[{{\"route\":\"{Pick("A", "ARG12345", "ar1!")}\",\"key\":\"k{random.Next()}\"}}]",
        4 => string.Concat(Enumerable.Repeat("1,\"", random.Next(1, 3_000))),
        _ => operation.Types.Length == 0 ? "" : Pick(Bodies),
    };

    private T Pick<T>(params T[] from) => from[random.Next(from.Length)];

    private static Operation[] ReadOperations()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("docs/api/openapi.json")));
        return
        [
            .. from path in document.RootElement.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()

               // The stream never ends, so later requests on its connection would get no response. It is among the breakages.
               where path.Name != "/api/v1/stream"
               select new Operation(path.Name, operation.Name.ToUpperInvariant(), ParametersOf(operation.Value), TypesOf(operation.Value)),
        ];
    }

    private static string[] ParametersOf(JsonElement operation) => operation.TryGetProperty("parameters", out var parameters)
        ? [.. parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "query")
            .Select(parameter => parameter.GetProperty("name").GetString()!)]
        : [];

    private static string[] TypesOf(JsonElement operation) => operation.TryGetProperty("requestBody", out var body)
        ? [.. body.GetProperty("content").EnumerateObject().Select(type => type.Name)]
        : ["text/plain"];

    private sealed record Operation(string Path, string Method, string[] Parameters, string[] Types);
}
