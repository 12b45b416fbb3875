using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Airside.Core.Transactions;

/// <summary>
/// The client's own id for a transaction (<c>Idempotency-Key</c>): 1 to 128 characters, no control characters. Keys are compared character
/// by character; nothing is trimmed or folded.
/// </summary>
public readonly record struct TransactionKey
{
    private readonly string? _text;

    private TransactionKey(string text) => _text = text;

    /// <summary>Whether this is the default value, which is no key.</summary>
    public bool IsDefault => _text is null;

    /// <summary>Creates a unique key: a version 7 UUID, ordered by time, which keeps database indexes compact.</summary>
    public static TransactionKey Create(TimeProvider timeProvider) =>
        new(Guid.CreateVersion7(timeProvider.GetUtcNow()).ToString("D"));

    /// <summary>Creates a key from text, or says why the text cannot be one.</summary>
    public static bool TryCreate(
        [NotNullWhen(true)] string? text, out TransactionKey key, [NotNullWhen(false)] out string? cause)
    {
        cause = Check(text);
        key = cause is null ? new TransactionKey(text!) : default;
        return cause is null;
    }

    /// <summary>Creates a key from text.</summary>
    /// <exception cref="FormatException">The text cannot be a key; the message says why.</exception>
    public static TransactionKey Parse(string text) =>
        TryCreate(text, out var key, out var cause) ? key : throw new FormatException(cause);

    /// <summary>Returns the text of the key.</summary>
    public override string ToString() => _text ?? "";

    private static string? Check(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "The transaction key is empty.";
        }

        if (text.Length > Limits.TransactionKeyLengthMax)
        {
            return $"The transaction key has {text.Length} characters; at most {Limits.TransactionKeyLengthMax} are allowed.";
        }

        if (Ascii.IsValid(text))
        {
            foreach (var character in text)
            {
                if (character is < ' ' or '\x7f')
                {
                    return ControlCharacter(character);
                }
            }

            return null;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune))
            {
                return ControlCharacter(rune.Value);
            }

            // The enumerator returns U+FFFD for an unpaired surrogate, which has no encoding and so could not be stored.
            if (rune == Rune.ReplacementChar)
            {
                return "The transaction key contains text that is not valid Unicode.";
            }
        }

        return null;
    }

    private static string ControlCharacter(int value) =>
        $"The transaction key contains the control character U+{value:X4}; only printable characters are allowed.";
}
