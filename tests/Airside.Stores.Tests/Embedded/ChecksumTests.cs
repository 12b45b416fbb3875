using Airside.Stores.Embedded.Disk;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Tests.Embedded;

public sealed class ChecksumTests
{
    /// <summary>The secret of the published vectors: the bytes 0 to 15.</summary>
    private static readonly SipHash PublishedSecret = new(0x0706050403020100, 0x0f0e0d0c0b0a0908);

    /// <summary>Input: the bytes 0, 1, 2 and so on (reference implementation of SipHash-2-4, vectors_sip64).</summary>
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(2, 0x0d6c8009d9a94f5a)]
    [InlineData(3, 0x85676696d7fb7e2d)]
    [InlineData(7, 0xab0200f58b01d137)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void SipHash_gives_the_published_values(int length, ulong expected)
    {
        byte[] input = [.. Enumerable.Range(0, length).Select(value => (byte)value)];
        Assert.Equal(expected, PublishedSecret.Compute(input));
    }

    [Fact]
    public void Two_hashes_have_different_secrets() =>
        Assert.NotEqual(SipHash.WithRandomSecret().Compute([1, 2, 3]), SipHash.WithRandomSecret().Compute([1, 2, 3]));

    /// <summary>Check value of the CRC catalogue, and the vectors of RFC 3720, appendix B.4.</summary>
    [Fact]
    public void Crc32C_gives_the_published_values()
    {
        Assert.Equal(0xe3069283u, Crc32C.Compute("123456789"u8));
        Assert.Equal(0x8a9136aau, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x46dd794eu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(value => (byte)value)]));
        Assert.Equal(0u, Crc32C.Compute([]));
    }
}
