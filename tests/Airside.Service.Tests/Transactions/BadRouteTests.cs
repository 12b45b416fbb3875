using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

public sealed class BadRouteTests(RunningService service) : IClassFixture<RunningService>
{
    /// <summary>Texts that are not routes, as written in a URL.</summary>
    public static TheoryData<string> BadRoutes =>
    [
        "A", "AR", "AR--1133", "AR1-133", "AR%091133", "-AR1133", "AR1133-", "AR123456", "AR12345", "AR01133", "AR0000", "AR0", "1234567",
        "111", "0000000", "A1B1", "ARGX1133", "AR1133AB", "1", "12", "AR1133%01",
        "%C3%84R1133", "AR%D9%A1%D9%A2", "%EF%BC%A1R1133", "AR1133%0A", "A%52--1", "..AR1", "AR1133;x", "AR1133%2F1", "AR1133%3F", "A_1133",
        "AR.1", "ABCDEFGH", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA1", "AR1133%F0%9F%9B%AB",
        "%E2%80%8BAR1133", "AR+1133", "*", "null", "undefined", "AR1133'--", "%3Cscript%3E", "İR1133", "ıR1133", "ſA1133",
    ];

    [Theory]
    [MemberData(nameof(BadRoutes))]
    public async Task A_text_that_is_no_route_is_refused_with_400_by_every_endpoint_that_takes_one(string route)
    {
        (HttpMethod Method, string Path)[] endpoints =
        [
            (HttpMethod.Post, $"/api/v1/routes/{route}/transactions"), (HttpMethod.Get, $"/api/v1/routes/{route}/transactions"),
            (HttpMethod.Get, $"/api/v1/routes/{route}"), (HttpMethod.Get, $"/api/v1/routes/{route}/history"),
            (HttpMethod.Post, $"/save-transaction/{route}"), (HttpMethod.Get, $"/get-transaction/{route}"),
            (HttpMethod.Post, $"/get-transaction/{route}"),
        ];
        foreach (var (method, path) in endpoints)
        {
            using var response = await service.Client.SendAsync(method, path);

            var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-route");
            Assert.Contains("is not a flight route", problem.Detail(), StringComparison.Ordinal);
            Assert.Contains("a number from 1 to 9999", problem.Detail(), StringComparison.Ordinal);
            Assert.DoesNotContain(problem.Detail(), char.IsControl);
        }

        Assert.Equal(0, (await service.Client.JsonAsync("/api/v1/routes")).GetProperty("routes").GetArrayLength());
    }

    [Theory]
    [InlineData("AR1")]
    [InlineData("AR1133")]
    [InlineData("AR9999")]
    [InlineData("AR0001")]
    [InlineData("ARG1133")]
    [InlineData("ARG1133Z")]
    [InlineData("1A1")]
    [InlineData("U21234")]
    [InlineData("a%521133")]
    [InlineData("AR-1133")]
    [InlineData("AR%201133")]
    [InlineData("%20AR1133%20")]
    public async Task A_route_at_the_edge_of_the_form_is_taken(string route)
    {
        using var response = await service.Client.GetAsync($"/api/v1/routes/{route}/transactions");

        await response.JsonAsync(HttpStatusCode.OK);
    }
}
