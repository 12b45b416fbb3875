namespace Airside.Platform.Tests.Containers;

/// <summary>Tests that need the whole machine, one after another.</summary>
[CollectionDefinition(nameof(WholeMachine), DisableParallelization = true)]
public sealed class WholeMachine;
