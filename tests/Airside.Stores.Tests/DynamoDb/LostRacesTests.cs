using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.DynamoDb;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>When a route has lost enough races to get more shards, with a simulated clock.</summary>
public sealed class LostRacesTests
{
    private static readonly FlightRoute Route = FlightRoute.Parse("AR1133");
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(Limits.DynamoDbRacesWindowMs);

    private readonly FakeTimeProvider _time = new();
    private readonly LostRaces _races;

    public LostRacesTests() => _races = new LostRaces(_time);

    [Fact]
    public void It_is_time_when_so_many_were_lost_within_the_window_and_then_the_count_begins_anew()
    {
        for (var round = 0; round < 2; round++)
        {
            Assert.DoesNotContain(true, Lose(Limits.DynamoDbRacesLostMax - 1));
            _time.Advance(Window);
            Assert.True(_races.Lose(Route));
        }
    }

    [Fact]
    public void What_was_lost_before_the_window_does_not_count()
    {
        Assert.DoesNotContain(true, Lose(Limits.DynamoDbRacesLostMax - 1));
        _time.Advance(Window + TimeSpan.FromMilliseconds(1));
        Assert.DoesNotContain(true, Lose(Limits.DynamoDbRacesLostMax - 1));
        Assert.True(_races.Lose(Route));
    }

    [Fact]
    public void Each_route_has_a_count_of_its_own()
    {
        Assert.DoesNotContain(true, Lose(Limits.DynamoDbRacesLostMax - 1));
        Assert.False(_races.Lose(FlightRoute.Parse("AR1134")));
        Assert.True(_races.Lose(Route));
    }

    private bool[] Lose(int races) => [.. Enumerable.Range(0, races).Select(_ => _races.Lose(Route))];
}
