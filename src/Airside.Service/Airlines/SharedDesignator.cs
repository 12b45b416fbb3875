using Airside.Core;
using Airside.Core.Airlines;
using Airside.Service.Configuration;

namespace Airside.Service.Airlines;

/// <summary>The airlines that share a designator.</summary>
/// <param name="Designator">The designator.</param>
/// <param name="Count">Number of airlines that have it.</param>
/// <param name="Airlines">These airlines, the one that it stands for first; at most a thousand.</param>
/// <param name="Reason">Why it stands for that one.</param>
public sealed record SharedDesignator(string Designator, int Count, IReadOnlyList<AirlineResponse> Airlines, string Reason)
{
    /// <summary>Returns the airlines that share a designator, or null if at most one has it.</summary>
    public static SharedDesignator? Of(string designator, AirlineCatalog catalog)
    {
        var airlines = catalog.AirlinesOf(designator);
        return airlines.Count < 2
            ? null
            : new SharedDesignator(
                designator,
                airlines.Count,
                [.. airlines.Take(Limits.DesignatorAirlinesShownMax).Select(AirlineResponse.From)],
                ReasonOf(airlines, designator, catalog.AssignedTo(designator)));
    }

    private static string ReasonOf(IReadOnlyList<Airline> airlines, string designator, int? assigned)
    {
        var chosen = airlines[0];
        if (assigned == chosen.Id)
        {
            return $"The setting {DesignatorAssignments.SettingKey} assigns {designator} to {chosen.Name}.";
        }

        var rule = !chosen.Active ? $"None of them is active, and {chosen.Name} has the lowest id."
            : airlines[1].Active ? $"Of those that are active, {chosen.Name} has the lowest id."
            : $"Only {chosen.Name} is active.";
        return rule + (assigned is null
            ? $" The setting {DesignatorAssignments.SettingKey} can assign {designator} to another."
            : $" The setting {DesignatorAssignments.SettingKey} assigns {designator} to the airline {assigned}, but there is none.");
    }
}
