using Airside.Core;

namespace Airside.Stores.Tests.Embedded;

public sealed class CrashSimulatorTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Acknowledged_transactions_are_there_exactly_once_after_any_crash() =>
        Seeds.Run(2_000, seed => new CrashSimulation(seed).Run());

    [Fact]
    [Trait("Category", "Slow")]
    public void A_flipped_bit_is_refused_by_file_and_offset_or_means_nothing() => Seeds.Run(500, seed =>
    {
        var simulation = new CrashSimulation(seed);
        var (disk, model) = simulation.Run();
        var random = new Random(seed);
        var names = disk.List().Where(name => disk.ContentOf(name).Length > 0).ToArray();
        for (var i = 0; i < 10; i++)
        {
            var damaged = disk.Copy();
            var name = names[random.Next(names.Length)];
            var bit = random.Next(damaged.ContentOf(name).Length * 8);
            damaged.FlipBit(name, bit);
            try
            {
                using var ledger = simulation.Open(damaged);
                Assert.Null(simulation.Difference(ledger, model));
            }
            catch (StoreDamagedException exception)
            {
                Assert.Matches($"file '{name}'.* offset [0-9]+", exception.Message);
            }
        }
    });
}
