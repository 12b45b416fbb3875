using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Airside.Stores.Embedded.Disk;

/// <summary>System calls that .NET does not offer.</summary>
internal static partial class Native
{
    internal const int InputOutputError = 5;
    internal const int WouldBlockLinux = 11;
    internal const int WouldBlockMacOs = 35;

    // Closed in child processes, which would otherwise hold a directory's lock after this process ends.
    private const int ReadOnlyLinux = 0x80000;
    private const int ReadOnlyMacOs = 0x1000000;
    private const int LockExclusiveNow = 2 | 4;
    private const int MayWrite = 2;
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const uint NumberOfFile = 0x100;

    /// <summary>Opens a directory, to sync or lock it.</summary>
    internal static SafeFileHandle OpenDirectory(string path) => new(
        Open(path, OperatingSystem.IsLinux() ? ReadOnlyLinux : ReadOnlyMacOs), ownsHandle: true);

    /// <summary>Locks a file or directory through its handle, or returns whether someone else has locked it.</summary>
    internal static bool TryLock(SafeFileHandle handle, out bool isTaken)
    {
        var isLocked = !handle.IsInvalid && FLock(handle, LockExclusiveNow) == 0;
        isTaken = !isLocked && !handle.IsInvalid && Marshal.GetLastPInvokeError() is WouldBlockLinux or WouldBlockMacOs;
        return isLocked;
    }

    /// <summary>Returns whether rights and mount allow writing to a directory.</summary>
    internal static bool MayBeWritten(string directory, out IOException? fault)
    {
        fault = OperatingSystem.IsWindows() || Access(directory, MayWrite) == 0 ? null : LastError($"write to '{directory}'");
        return fault is null;
    }

    /// <summary>Returns whether an open file is the one at a path. On other systems than Linux, whether a file exists there.</summary>
    internal static bool IsAt(SafeFileHandle handle, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.Exists(path);
        }

        var (open, named) = (new byte[256], new byte[256]);
        return StatX((int)handle.DangerousGetHandle(), "", EmptyPath, NumberOfFile, open) == 0
            && StatX(CurrentDirectory, path, 0, NumberOfFile, named) == 0
            && IdentityOf(open) == IdentityOf(named);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int FSync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    internal static partial int FDataSync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    internal static partial int PosixFAllocate(SafeFileHandle handle, long offset, long length);

    internal static IOException LastError(string action) => Error(Marshal.GetLastPInvokeError(), action);

    internal static IOException Error(int error, string action) => new($"Could not {action}: {new Win32Exception(error).Message}.", error);

    /// <summary>Returns the numbers of the file and its device, at their statx(2) offsets, which are the same on every processor.</summary>
    private static (ulong File, ulong Device) IdentityOf(ReadOnlySpan<byte> status) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(status[32..]), BinaryPrimitives.ReadUInt64LittleEndian(status[136..]));

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FLock(SafeFileHandle handle, int operation);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, byte[] status);
}
