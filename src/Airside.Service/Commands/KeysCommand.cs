using System.Text.Json;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Security;
using Airside.Service.Telemetry;

namespace Airside.Service.Commands;

/// <summary><c>keys create</c> creates an API key and shows it once; <c>keys list</c> lists the configured keys.</summary>
internal static class KeysCommand
{
    /// <summary>Creates a key.</summary>
    /// <exception cref="ArgumentsException">The key cannot be described in this way.</exception>
    public static async Task<int> CreateAsync(CommandContext context, string? name, string? scopes, string? expires)
    {
        var key = ApiKey.Create();
        var entry = new ApiKeyEntry(
            name,
            scopes?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ApiKey.HashText(key),
            expires);
        if (ConfiguredKey.Read(entry, out var error) is not { } made)
        {
            throw new ArgumentsException(
                $"No key was created: {error}. Usage: 'Airside.Service keys create --name NAME --scopes A,B [--expires DATE]'.");
        }

        await using (var output = new StreamWriter(context.Output, leaveOpen: true))
        {
            await output.WriteLineAsync(key);
            await output.WriteLineAsync(JsonSerializer.Serialize(entry, KeyJson.Default.ApiKeyEntry));
        }

        await context.Messages.WriteLineAsync(
            "The first line is the key. It is shown this once and stored nowhere: put it where the client keeps its secrets. "
            + $"The second line is its entry for {SecurityOptions.KeysSetting} or for the file of {SecurityOptions.KeysFileSetting}.");
        new AuditLog(context.Loggers).KeyCreated(made.Name, made.Scopes, Environment.UserName);
        return ExitCodes.Success;
    }

    public static async Task<int> ListAsync(CommandContext context)
    {
        using var keys = new CurrentKeys(
            context.ReadSettings().Security, new AuditLog(context.Loggers), context.TimeProvider, context.Loggers);
        await using var output = new StreamWriter(context.Output, leaveOpen: true);
        foreach (var key in keys.Ring.Keys)
        {
            var end = key.Expires is not { } moment ? "does not expire"
                : moment <= context.TimeProvider.GetUtcNow() ? $"expired {moment:yyyy-MM-dd'T'HH:mm:ss'Z'}"
                : $"expires {moment:yyyy-MM-dd'T'HH:mm:ss'Z'}";
            await output.WriteLineAsync($"{key.Name}  {string.Join(',', key.Scopes)}  {end}");
        }

        return ExitCodes.Success;
    }
}
