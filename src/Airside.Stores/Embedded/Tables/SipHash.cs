using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Airside.Stores.Embedded.Tables;

/// <summary>
/// SipHash-2-4 with 64 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012). Clients choose the
/// transaction keys, so the hash needs a secret; without it, one client could slow down the table for everyone.
/// </summary>
internal readonly struct SipHash(ulong secret0, ulong secret1)
{
    /// <summary>Creates a hash with a random secret, which is never stored.</summary>
    public static SipHash WithRandomSecret()
    {
        Span<byte> secret = stackalloc byte[16];
        RandomNumberGenerator.Fill(secret);
        return new SipHash(BinaryPrimitives.ReadUInt64LittleEndian(secret), BinaryPrimitives.ReadUInt64LittleEndian(secret[8..]));
    }

    public ulong Compute(ReadOnlySpan<byte> bytes)
    {
        var v0 = 0x736f6d6570736575UL ^ secret0;
        var v1 = 0x646f72616e646f6dUL ^ secret1;
        var v2 = 0x6c7967656e657261UL ^ secret0;
        var v3 = 0x7465646279746573UL ^ secret1;
        var last = (ulong)bytes.Length << 56;

        while (bytes.Length >= 8)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
            bytes = bytes[8..];
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }

        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;

        v2 ^= 0xff;
        for (var i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
