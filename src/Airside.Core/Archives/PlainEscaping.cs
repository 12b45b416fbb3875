using System.Text.Encodings.Web;

namespace Airside.Core.Archives;

/// <summary>
/// Escapes what JSON asks for and nothing else: quotes, backslashes and characters below U+0020. The encoders of .NET go by its tables of
/// assigned characters, which grow, so that the same text would not always give the same bytes.
/// </summary>
internal sealed class PlainEscaping : JavaScriptEncoder
{
    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => 6;

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < ' ' or '"' or '\\';

    /// <inheritdoc/>
    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var characters = new ReadOnlySpan<char>(text, textLength);
        for (var i = 0; i < characters.Length; i++)
        {
            // Half a surrogate pair has no encoding; the caller puts U+FFFD in its place.
            if (WillEncode(characters[i]) || char.IsSurrogate(characters[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var text = unicodeScalar is '"' or '\\' ? $"\\{(char)unicodeScalar}" : $"\\u{unicodeScalar:x4}";
        numberOfCharactersWritten = text.Length;
        return text.TryCopyTo(new Span<char>(buffer, bufferLength));
    }
}
