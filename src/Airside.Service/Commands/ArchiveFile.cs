namespace Airside.Service.Commands;

/// <summary>The file of an export or import.</summary>
internal static class ArchiveFile
{
    /// <summary>Works with the file, and names it in the exception if that fails.</summary>
    /// <param name="path">The file.</param>
    /// <param name="action">What is done to the file: the end of "the file cannot be".</param>
    /// <param name="work">The work.</param>
    /// <exception cref="ArchiveFileException">The file cannot be read or written.</exception>
    public static async Task<T> GuardAsync<T>(string path, string action, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ArchiveFileException($"The file '{path}' cannot be {action}: {exception.Message}", exception);
        }
    }
}

/// <summary>The file of an export or import cannot be read or written.</summary>
internal sealed class ArchiveFileException(string message, Exception innerException) : Exception(message, innerException);
