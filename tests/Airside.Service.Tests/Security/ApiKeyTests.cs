using Airside.Service.Configuration;
using Airside.Service.Security;

namespace Airside.Service.Tests.Security;

public sealed class ApiKeyTests
{
    [Fact]
    public void A_new_key_is_well_formed_and_another_one_each_time()
    {
        var keys = Enumerable.Range(0, 100).Select(_ => ApiKey.Create()).ToArray();

        Assert.All(keys, key => Assert.True(ApiKey.IsWellFormed(key)));
        Assert.All(keys, key => Assert.Matches("^ak_[a-z2-7]{39}$", key));
        Assert.Equal(100, keys.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void One_wrong_character_anywhere_is_noticed_without_a_hash()
    {
        var key = ApiKey.Create();

        Assert.All(Enumerable.Range(0, key.Length), place =>
        {
            var wrong = key[place] == 'x' ? 'y' : 'x';
            Assert.False(ApiKey.IsWellFormed(key[..place] + wrong + key[(place + 1)..]));
        });
        Assert.False(ApiKey.IsWellFormed(key.ToUpperInvariant()));
        Assert.False(ApiKey.IsWellFormed(key[..^1]));
        Assert.False(ApiKey.IsWellFormed(key + "a"));
        Assert.False(ApiKey.IsWellFormed(""));
    }

    [Fact]
    public void A_key_is_found_by_its_hash_alone()
    {
        var (one, other) = (ApiKey.Create(), ApiKey.Create());
        var entry = ConfiguredKey.Read(new ApiKeyEntry("ci", ["read"], ApiKey.HashText(one)), out _)!;
        var ring = new KeyRing([entry]);

        Assert.Same(entry, ring.Find(one)!.Key);
        Assert.Null(ring.Find(other));
    }

    [Theory]
    [InlineData("", "read", null, "'name'")]
    [InlineData("a b", "read", null, "'name'")]
    [InlineData("a\nb", "read", null, "'name'")]
    [InlineData("ci", "", null, "'scopes'")]
    [InlineData("ci", "write", null, "'write' is not a scope")]
    [InlineData("ci", "read", "soon", "'expires'")]
    public void A_wrong_entry_is_refused_with_what_is_wrong(string name, string scopes, string? expires, string cause)
    {
        var entry = new ApiKeyEntry(
            name, scopes.Split(',', StringSplitOptions.RemoveEmptyEntries), ApiKey.HashText(ApiKey.Create()), expires);

        Assert.Null(ConfiguredKey.Read(entry, out var error));
        Assert.Contains(cause, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_in_place_of_its_hash_is_refused_and_not_repeated()
    {
        var key = ApiKey.Create();

        Assert.Null(ConfiguredKey.Read(new ApiKeyEntry("ci", ["read"], key), out var error));
        Assert.DoesNotContain(key, error, StringComparison.Ordinal);
    }
}
