using System.Reflection;

namespace Airside.Service.Configuration;

/// <summary>The version and commit of this build.</summary>
/// <param name="Version">Version, such as <c>1.4.0</c>.</param>
/// <param name="Commit">Commit, or <c>unknown</c>.</param>
internal sealed record BuildVersion(string Version, string Commit)
{
    public static BuildVersion Current { get; } = Read();

    private static BuildVersion Read()
    {
        var version = typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return version.Split('+') is [var number, var commit] ? new BuildVersion(number, commit) : new BuildVersion(version, "unknown");
    }
}
