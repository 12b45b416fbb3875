using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Airside.Stores.Postgres;

/// <summary>A schema migration, a file of <c>Migrations/</c> such as <c>0001_ledger.sql</c>.</summary>
/// <param name="Version">Its number; migrations run in order of their numbers, without gaps.</param>
/// <param name="Name">Its name.</param>
/// <param name="Sql">Its statements.</param>
/// <param name="WorksWith">
/// The oldest schema version whose programs still work after this migration: its own number if it removes something or changes its
/// meaning (contract), an older one if it only adds (expand). Stated in the first line: <c>-- Works with: 1</c>.
/// </param>
internal sealed partial record Migration(int Version, string Name, string Sql, int WorksWith)
{
    /// <summary>The first of the migrations that refuse a database with names that must be converted. Reading needs none of them.</summary>
    private const int FirstOfNames = 7;

    /// <summary>The migrations that this program was built with.</summary>
    public static IReadOnlyList<Migration> All { get; } = [.. ReadAll()];

    /// <summary>Whether it refuses a database with names that must be converted, and changes nothing that reading needs.</summary>
    public bool IsOfNames => Version is FirstOfNames or FirstOfNames + 1;

    /// <summary>SHA-256 of the statements, to detect a file that was edited after it ran.</summary>
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
