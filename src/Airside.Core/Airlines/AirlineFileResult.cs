namespace Airside.Core.Airlines;

/// <summary>What reading an airline file gave: either its airlines or its errors, never both.</summary>
public sealed class AirlineFileResult
{
    internal AirlineFileResult(IReadOnlyList<Airline> airlines, IReadOnlyList<AirlineFileError> errors, bool hasMoreErrors)
    {
        Airlines = errors.Count == 0 ? airlines : [];
        Errors = errors;
        HasMoreErrors = hasMoreErrors;
    }

    /// <summary>Whether the whole file is sound.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>The airlines in the order of the file, with ids that are all different; empty when there are errors.</summary>
    public IReadOnlyList<Airline> Airlines { get; }

    /// <summary>
    /// What is wrong, in the order of the file, at most <see cref="Limits.AirlineErrorsMax"/>; empty when the file is sound.
    /// </summary>
    public IReadOnlyList<AirlineFileError> Errors { get; }

    /// <summary>Whether the file has more errors than are listed.</summary>
    public bool HasMoreErrors { get; }
}

/// <summary>One thing that is wrong in an airline file.</summary>
/// <param name="Line">Line on which the row begins, counted from 1; 1 for what is wrong with the file as a whole.</param>
/// <param name="Column">Name of the column, in lower case, or null when the whole row or file is wrong.</param>
/// <param name="Cause">
/// What is wrong. With a column, the end of a sentence that begins with its name (<c>is empty</c>); without one, a sentence
/// of its own without a full stop (<c>the row has 7 fields instead of 8</c>).
/// </param>
public sealed record AirlineFileError(int Line, string? Column, string Cause)
{
    /// <summary>The error in one line, such as <c>line 7: id is "x", which is not an integer</c>.</summary>
    public override string ToString() => Column is null ? $"line {Line}: {Cause}" : $"line {Line}: {Column} {Cause}";
}
