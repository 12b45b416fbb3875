using Airside.Archives;
using Airside.Core;
using Airside.Stores.Embedded;
using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Airside.Service.Tests;

/// <summary>Dependencies point one way, even where no using directive shows them.</summary>
public sealed class ArchitectureTests
{
    private static readonly Lazy<Architecture> Loaded = new(() => new ArchLoader()
        .LoadAssemblies(
            typeof(Limits).Assembly, typeof(ArchiveReader).Assembly, typeof(EmbeddedStore).Assembly, typeof(Program).Assembly)
        .Build());

    [Theory]
    [InlineData("Airside.Core.(*)")]
    [InlineData("Airside.Stores.(*)")]
    [InlineData("Airside.Stores.Embedded.(*)")]
    [InlineData("Airside.Service.(*)")]
    [InlineData("Airside.Service.Dashboard.(*)")]
    public void The_folders_of_a_project_form_no_cycle(string folders) =>
        SliceRuleDefinition.Slices().Matching(folders).Should().BeFreeOfCycles().Check(Loaded.Value);

    [Theory]
    [InlineData(@"^Airside\.Core$", @"^Airside\.Core\.")]
    [InlineData(@"^Airside\.Stores\.Embedded\.", @"^Airside\.Stores\.Embedded$")]
    [InlineData(@"^Airside\.Service\.(?!Dashboard|Commands)", @"^Airside\.Service\.(Dashboard|Commands)")]
    [InlineData(@"^Airside\.Service\.", @"^Airside\.Service$")]
    public void Nothing_depends_on_what_is_above_it(string lower, string upper) =>
        Types().That().ResideInNamespaceMatching(lower).Should()
            .NotDependOnAny(Types().That().ResideInNamespaceMatching(upper)).Check(Loaded.Value);

    [Fact]
    public void The_domain_uses_neither_files_nor_the_network() =>
        Types().That().ResideInNamespaceMatching(@"^Airside\.Core").Should()
            .NotDependOnAny(Types(true).That().HaveFullNameMatching(
                @"^System\.IO\.(File|FileInfo|FileStream|Directory|DirectoryInfo|Path)$|^System\.Net\.")).Check(Loaded.Value);
}
