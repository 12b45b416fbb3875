namespace Airside.Service.Tests.Stores;

/// <summary>Tests that measure response times. Tests running at the same time would distort the measurement.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
