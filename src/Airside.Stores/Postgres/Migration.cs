using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Airside.Stores.Postgres;

/// <summary>One step of the schema, a file of <c>Migrations/</c> such as <c>0001_ledger.sql</c>.</summary>
/// <param name="Version">Its number; steps are taken in the order of their numbers, without gaps.</param>
/// <param name="Name">Its name.</param>
/// <param name="Sql">What it does.</param>
/// <param name="WorksWith">
/// The oldest version of the schema whose programs still work after this step: its own number when something was taken away or changed
/// in meaning (contract), an older one when it only adds (expand). Stated in the first line: <c>-- Works with: 1</c>.
/// </param>
internal sealed partial record Migration(int Version, string Name, string Sql, int WorksWith)
{
    /// <summary>The steps that this program was built with.</summary>
    public static IReadOnlyList<Migration> All { get; } = [.. ReadAll()];

    /// <summary>SHA-256 of what it does, so that a file that was edited after it ran is noticed.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    private static IEnumerable<Migration> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (FileName().Match(resource) is { Success: true } name)
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
                yield return new Migration(
                    Number(name.Groups["version"]), name.Groups["name"].Value, sql, Number(FirstLine().Match(sql).Groups["version"]));
            }
        }
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\.(?<version>\d{4})_(?<name>\w+)\.sql$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FileName();

    [GeneratedRegex(@"^-- Works with: (?<version>\d+)\n", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FirstLine();
}
