using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Airside.Core.Transactions;

/// <summary>
/// The client's own id for a transaction (<c>Idempotency-Key</c>): 1 to 255 characters, no control characters. Keys are compared character
/// by character; nothing is trimmed or folded. The quoted string of the IETF draft and its content are one key: <c>"k"</c> is <c>k</c>.
/// </summary>
/// <remarks>
/// The text of a key is the content of the quoted string, so that it never begins with a quote. Only content that itself begins with one
/// stays quoted: <c>"\"k\""</c>. So the text, sent again, is the same key.
/// </remarks>
public readonly record struct TransactionKey
{
    private const char Quote = '"';
    private const char Escape = '\\';

    private readonly string? _text;

    private TransactionKey(string text) => _text = text;

    /// <summary>Whether this is the default value, which is no key.</summary>
    public bool IsDefault => _text is null;

    /// <summary>
    /// Whether this is the one text of its key. Every created key is; one from a store may come from a version that kept quotes.
    /// </summary>
    public bool IsCanonical => _text is not [Quote, ..] || (TryCreate(_text, out var key, out _) && key == this);

    /// <summary>Creates a unique key: a version 7 UUID, ordered by time, which keeps database indexes compact.</summary>
    public static TransactionKey Create(TimeProvider timeProvider) =>
        new(Guid.CreateVersion7(timeProvider.GetUtcNow()).ToString("D"));

    /// <summary>Creates a key from text, quoted or not, or says why the text cannot be one.</summary>
    public static bool TryCreate(
        [NotNullWhen(true)] string? text, out TransactionKey key, [NotNullWhen(false)] out string? cause)
    {
        key = default;
        var content = text ?? "";
        if (content is [Quote, ..] && !TryUnquote(content, out content))
        {
            cause = "The transaction key begins with a quote, but is not a quoted string: it must end with a quote, and a quote or "
                + "backslash within it must be escaped by a backslash. Send it without quotes.";
            return false;
        }

        cause = Check(content);
        key = cause is null ? OfContent(content) : default;
        return cause is null;
    }

    /// <summary>Creates a key from text, quoted or not.</summary>
    /// <exception cref="FormatException">The text cannot be a key; the message says why.</exception>
    public static TransactionKey Parse(string text) =>
        TryCreate(text, out var key, out var cause) ? key : throw new FormatException(cause);

    /// <summary>Restores a key from a store. Earlier versions also stored quoted strings; they stay as they are.</summary>
    public static TransactionKey FromStored(string text) => new(text);

    /// <summary>
    /// Returns the one text of a stored key. What an earlier version took as a key although it is not a complete quoted string is content.
    /// </summary>
    public TransactionKey Canonicalize() =>
        IsDefault || IsCanonical ? this : TryCreate(_text, out var key, out _) ? key : OfContent(_text!);

    /// <summary>Returns the text of the key.</summary>
    public override string ToString() => _text ?? "";

    private static TransactionKey OfContent(string content) => new(
        content is [Quote, ..]
            ? $"{Quote}{content.Replace($"{Escape}", $"{Escape}{Escape}").Replace($"{Quote}", $"{Escape}{Quote}")}{Quote}"
            : content);

    /// <summary>Returns the content of a quoted string (RFC 9651, section 3.3.3).</summary>
    private static bool TryUnquote(string text, out string content)
    {
        var characters = new StringBuilder(text.Length);
        content = "";
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == Quote)
            {
                content = characters.ToString();
                return i == text.Length - 1;
            }

            if (text[i] == Escape && (++i == text.Length || text[i] is not (Quote or Escape)))
            {
                return false;
            }

            characters.Append(text[i]);
        }

        return false;
    }

    private static string? Check(string text)
    {
        if (text.Length == 0)
        {
            return "The transaction key is empty.";
        }

        if (text.Length > Limits.TransactionKeyLengthMax)
        {
            return $"The transaction key has {text.Length} characters; at most {Limits.TransactionKeyLengthMax} are allowed.";
        }

        // Any other text has at most three bytes a character.
        if (text is [Quote, ..] && Encoding.UTF8.GetByteCount($"{OfContent(text)}") is var bytes and > Limits.TransactionKeyBytesMax)
        {
            return $"The transaction key has {bytes} bytes in UTF-8; at most {Limits.TransactionKeyBytesMax} are allowed.";
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
