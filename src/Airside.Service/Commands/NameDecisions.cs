using System.CommandLine;
using Airside.Archives;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Hosting;

namespace Airside.Service.Commands;

/// <summary>The options <c>--map OLD=NEW</c> and <c>--drop NAME</c>: what becomes of names that are not flight designators.</summary>
internal sealed class NameDecisions
{
    private readonly Option<string[]> _map = new("--map")
    {
        Description = "OLD=NEW: the right name for one that is not a flight designator; may be repeated.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _drop = new("--drop")
    {
        Description = "NAME: leaves out one that is not a flight designator, with its transactions; may be repeated.",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_map);
        command.Add(_drop);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="ArgumentsException">A name cannot be in a store, is not a flight designator, or occurs twice.</exception>
    public NameConversion Read(ParseResult parsed)
    {
        var decided = new Dictionary<FlightRoute, FlightRoute?>();
        foreach (var pair in parsed.GetValue(_map) ?? [])
        {
            if (pair.Split('=') is not [var old, var name] || !FlightRoute.TryParse(name, out var route))
            {
                throw new ArgumentsException(
                    $"'--map {DisplayText.Shorten(pair)}' must be OLD=NEW, where NEW is a flight designator: {FlightRoute.Form}.");
            }

            Add("--map", old, route);
        }

        foreach (var name in parsed.GetValue(_drop) ?? [])
        {
            Add("--drop", name, null);
        }

        return new NameConversion(decided);

        void Add(string option, string old, FlightRoute? route)
        {
            if (!FlightRoute.TryFromStored(old.ToUpperInvariant(), out var stored) || !decided.TryAdd(stored, route))
            {
                throw new ArgumentsException(
                    $"'{option}' names '{DisplayText.Shorten(old)}', which no store can hold or which was named before. The message of "
                    + "this command without the option lists the names to decide on.");
            }
        }
    }
}
