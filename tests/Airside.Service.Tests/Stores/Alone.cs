namespace Airside.Service.Tests.Stores;

/// <summary>Tests that measure how long an answer takes; other tests at the same time would be part of what they measure.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
