namespace Airside.Core.Airlines;

/// <summary>The result of reading an airline file: either its airlines or its errors, never both.</summary>
public sealed class AirlineFileResult
{
    internal AirlineFileResult(IReadOnlyList<Airline> airlines, IReadOnlyList<AirlineFileError> errors, bool hasMoreErrors)
    {
        Airlines = errors.Count == 0 ? airlines : [];
        Errors = errors;
        HasMoreErrors = hasMoreErrors;
    }

    /// <summary>Creates the result of a file that is refused as a whole.</summary>
    internal AirlineFileResult(AirlineFileError refusal)
        : this([], [refusal], hasMoreErrors: false) => Refusal = refusal.Cause;

    /// <summary>
    /// Why the file is refused as a whole, such as what it is instead of an airline file; a sentence without a full stop. Null if it is
    /// valid or single rows are wrong.
    /// </summary>
    public string? Refusal { get; }

    /// <summary>Whether the entire file is valid.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>The airlines in file order, with distinct ids; empty if the file has errors.</summary>
    public IReadOnlyList<Airline> Airlines { get; }

    /// <summary>The errors in file order, at most <see cref="Limits.AirlineErrorsMax"/>; empty if the file is valid.</summary>
    public IReadOnlyList<AirlineFileError> Errors { get; }

    /// <summary>Whether the file has more errors than are listed.</summary>
    public bool HasMoreErrors { get; }
}

/// <summary>One error in an airline file.</summary>
/// <param name="Line">Line on which the row starts, counted from 1; 1 for an error in the file as a whole.</param>
/// <param name="Column">Name of the column, in lowercase, or null if the entire row or file is wrong.</param>
/// <param name="Cause">
/// What is wrong. With a column, the end of a sentence that starts with its name (<c>is empty</c>); without one, a complete sentence
/// without a full stop (<c>the row has 7 fields instead of 8</c>).
/// </param>
public sealed record AirlineFileError(int Line, string? Column, string Cause)
{
    /// <summary>Returns the error in one line, such as <c>line 7: id is "x", which is not an integer</c>.</summary>
    public override string ToString() => Column is null ? $"line {Line}: {Cause}" : $"line {Line}: {Column} {Cause}";
}
