using System.Text.Json;
using Airside.Service.Configuration;
using Airside.Service.Security;

namespace Airside.Service.Commands;

/// <summary><c>keys create</c> makes an API key and shows it once; <c>keys list</c> shows the names of those that are configured.</summary>
internal static class KeysCommand
{
    private static readonly string[] Options = ["name", "scopes", "expires"];

    /// <summary>Runs it.</summary>
    public static Task<int> RunAsync(CommandContext context) => context.Operands[0] switch
    {
        "create" => CreateAsync(context),
        "list" => ListAsync(context),
        var other => throw CommandLineException.Wrong(
            $"'keys {Shown.Text(other)}' is not a command; there are 'keys create --name NAME --scopes A,B [--expires DATE]' "
            + "and 'keys list'."),
    };

    private static async Task<int> CreateAsync(CommandContext context)
    {
        var given = context.ReadOptions(Options);
        var key = ApiKey.Create();
        var entry = new KeyEntry(
            given["name"],
            given["scopes"]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ApiKey.HashText(key),
            given["expires"]);
        if (ConfiguredKey.Read(entry, out var error) is not { } made)
        {
            throw CommandLineException.Wrong(
                $"No key is made: {error}. It is called as 'Airside.Service keys create --name NAME --scopes A,B [--expires DATE]'.");
        }

        await using (var output = new StreamWriter(context.Output, leaveOpen: true))
        {
            await output.WriteLineAsync(key);
            await output.WriteLineAsync(JsonSerializer.Serialize(entry, KeyJson.Default.KeyEntry));
        }

        await context.Messages.WriteLineAsync(
            "The first line is the key. It is shown this once and stored nowhere: put it where the client keeps its secrets. "
            + $"The second line is its entry for {SecurityOptions.KeysSetting} or for the file of {SecurityOptions.KeysFileSetting}.");
        new AuditLog(context.Loggers).KeyMade(made.Name, made.Scopes, Environment.UserName);
        return ExitCodes.Success;
    }

    private static async Task<int> ListAsync(CommandContext context)
    {
        _ = context.ReadOptions([]);
        using var keys = new CurrentKeys(
            context.ReadSettings().Security, new AuditLog(context.Loggers), context.TimeProvider, context.Loggers);
        await using var output = new StreamWriter(context.Output, leaveOpen: true);
        foreach (var key in keys.Ring.Keys)
        {
            var expires = key.Expires is not { } moment ? "does not expire"
                : moment <= context.TimeProvider.GetUtcNow() ? $"expired {moment:yyyy-MM-dd'T'HH:mm:ss'Z'}"
                : $"expires {moment:yyyy-MM-dd'T'HH:mm:ss'Z'}";
            await output.WriteLineAsync($"{key.Name}  {string.Join(',', key.Scopes)}  {expires}");
        }

        return ExitCodes.Success;
    }
}
