namespace Airside.Service.Dashboard.Parts;

/// <summary>One row of a list of the highest totals.</summary>
/// <param name="Label">What has the total.</param>
/// <param name="Href">Its page, or null if it has none.</param>
/// <param name="Detail">What the label stands for, or null.</param>
/// <param name="Value">The total.</param>
public sealed record Rank(string Label, string? Href, string? Detail, long Value);
