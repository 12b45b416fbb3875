using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Airside.Service.Security;

/// <summary>
/// The form of an API key: <c>ak_</c>, 160 random bits, a checksum. The prefix lets scanners find a key that was published by
/// mistake; the checksum tells a mistyped key from a revoked one, and costs an attacker's request nothing but a look.
/// </summary>
internal static class ApiKey
{
    /// <summary>Length of a key, in characters.</summary>
    public const int Length = 3 + RandomLength + ChecksumLength;

    private const string Prefix = "ak_";
    private const string HashPrefix = "sha256:";

    // Of 32 characters each carries 5 bits: 32 of them 160 bits, 7 of them the 32 bits of the checksum.
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int RandomLength = 32;
    private const int ChecksumLength = 7;

    /// <summary>Makes a new key.</summary>
    public static string Create()
    {
        var body = Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return body + ChecksumOf(body);
    }

    /// <summary>Whether a text has the form of a key with the right checksum, so that looking it up is worth a hash.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length == Length
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept(Alphabet)
        && text.AsSpan(Length - ChecksumLength).SequenceEqual(ChecksumOf(text.AsSpan(0, Length - ChecksumLength)));

    /// <summary>The SHA-256 hash of a key. Its 160 random bits cannot be guessed, so that no slower hash is needed.</summary>
    /// <param name="key">A key of the right form.</param>
    /// <param name="hash">Receives the 32 bytes.</param>
    public static void Hash(string key, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Encoding.ASCII.GetBytes(key, bytes);
        SHA256.HashData(bytes, hash);
    }

    /// <summary>The hash of a key as it is configured.</summary>
    public static string HashText(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(key, hash);
        return HashPrefix + Convert.ToHexStringLower(hash);
    }

    /// <summary>Reads a hash as it is configured, or gives null.</summary>
    public static byte[]? ReadHash(string? text) =>
        text is not null && text.Length == HashPrefix.Length + (2 * SHA256.HashSizeInBytes)
        && text.StartsWith(HashPrefix, StringComparison.Ordinal)
        && !text.AsSpan(HashPrefix.Length).ContainsAnyExcept("0123456789abcdefABCDEF")
            ? Convert.FromHexString(text.AsSpan(HashPrefix.Length))
            : null;

    private static string ChecksumOf(ReadOnlySpan<char> body)
    {
        var checksum = uint.MaxValue;
        foreach (var character in body)
        {
            checksum = BitOperations.Crc32C(checksum, (byte)character);
        }

        return string.Create(ChecksumLength, ~checksum, static (text, value) =>
        {
            foreach (ref var character in text)
            {
                character = Alphabet[(int)(value % (uint)Alphabet.Length)];
                value /= (uint)Alphabet.Length;
            }
        });
    }
}
