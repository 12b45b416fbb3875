using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Stores;

/// <summary>The service as a process, with its store in DynamoDB.</summary>
internal static class DynamoDbService
{
    /// <summary>Creates the table, starts a replica and waits until it listens.</summary>
    public static async Task<ServiceProcess> StartAsync(string directory, int port)
    {
        string[] settings = ["--Airside:Store=dynamodb", $"--Airside:DynamoDb:Endpoint=http://127.0.0.1:{port}"];
        var (exitCode, _, errors) = await ServiceProcess.RunCommandAsync(["migrate", .. settings]);
        Assert.True(exitCode == 0, errors);
        return await ServiceProcess.StartAsync(directory, settings);
    }
}
