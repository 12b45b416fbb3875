using System.Runtime.InteropServices;
using System.Text;

namespace Airside.Stores.Embedded;

/// <summary>Ends the process at once, without anything that could still answer a request or ask for memory.</summary>
internal static partial class ProcessEnd
{
    /// <summary>The exit code, as <c>docs/operate/exit-codes.md</c> has it.</summary>
    private const int ExitCode = 6;

    private const int StandardError = 2;

    /// <summary>Says why, and ends.</summary>
    /// <param name="sentence">In UTF-8, with the end of the line.</param>
    public static void Because(byte[] sentence)
    {
        if (OperatingSystem.IsWindows())
        {
#pragma warning disable RS0030 // To return an exit code takes what may be out of order here.
            Environment.FailFast(Encoding.UTF8.GetString(sentence));
#pragma warning restore RS0030
        }

        _ = Write(StandardError, sentence, sentence.Length);
        Exit(ExitCode);
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, byte[] bytes, nint count);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
