using System.Runtime.InteropServices;
using System.Text;

namespace Airside.Stores.Embedded;

/// <summary>Ends the process immediately, without running code that could answer a request or allocate memory.</summary>
internal static partial class ProcessEnd
{
    /// <summary>The exit code; see <c>docs/operate/exit-codes.md</c>.</summary>
    private const int ExitCode = 6;

    private const int StandardError = 2;

    /// <summary>Reports the cause and ends the process.</summary>
    /// <param name="sentence">The cause in UTF-8, with a newline at the end.</param>
    public static void Because(byte[] sentence)
    {
        if (OperatingSystem.IsWindows())
        {
#pragma warning disable RS0030 // Setting an exit code needs code that may no longer work here.
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
