using Airside.Core;

namespace Airside.Service.Dashboard.Parts;

/// <summary>The vertical axis of a chart: from zero in three to five round steps to at least the highest value.</summary>
/// <param name="Step">Distance between two lines.</param>
/// <param name="Top">Value of the highest line.</param>
internal readonly record struct Scale(long Step, long Top)
{
    /// <summary>The values of the lines, from zero up.</summary>
    public IEnumerable<long> Lines
    {
        get
        {
            for (var line = 0L; line <= Top; line += Step)
            {
                yield return line;
            }
        }
    }

    public static Scale For(long highest)
    {
        var magnitude = 1L;
        while (true)
        {
            foreach (var factor in (ReadOnlySpan<int>)[1, 2, 5])
            {
                var step = magnitude * factor;
                if (step * (double)Limits.ChartStepsMax >= highest)
                {
                    return new Scale(step, Math.Max(1, (highest + step - 1) / step) * step);
                }
            }

            magnitude *= 10;
        }
    }
}
