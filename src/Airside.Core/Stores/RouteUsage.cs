namespace Airside.Core.Stores;

/// <summary>The number of routes of a store, and its limit.</summary>
/// <param name="Count">Routes, as last read in the background; null while unknown.</param>
/// <param name="Max">Most routes. At the limit, transactions of new routes are refused.</param>
public readonly record struct RouteUsage(long? Count, long Max);
