using System.Text.Encodings.Web;

namespace Airside.Archives;

/// <summary>
/// Escapes only what JSON requires: quotes, backslashes and characters below U+0020. The .NET encoders use tables of assigned characters,
/// which grow, so the same text would not always produce the same bytes.
/// </summary>
internal sealed class PlainEscaping : JavaScriptEncoder
{
    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < ' ' or '"' or '\\';

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var characters = new ReadOnlySpan<char>(text, textLength);
        for (var i = 0; i < characters.Length; i++)
        {
            // An unpaired surrogate has no encoding; the caller replaces it with U+FFFD.
            if (WillEncode(characters[i]) || char.IsSurrogate(characters[i]))
            {
                return i;
            }
        }

        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var text = unicodeScalar is '"' or '\\' ? $"\\{(char)unicodeScalar}" : $"\\u{unicodeScalar:x4}";
        numberOfCharactersWritten = text.Length;
        return text.TryCopyTo(new Span<char>(buffer, bufferLength));
    }
}
