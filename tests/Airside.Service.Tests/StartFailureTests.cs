using System.Reflection;
using Airside.Core;
using Airside.Service.Hosting;

namespace Airside.Service.Tests;

/// <summary>Faults an operator can fix get one sentence and their own exit code.</summary>
public sealed class StartFailureTests
{
    /// <summary>Memory can run out anywhere during startup, also in third-party code that wraps exceptions.</summary>
    public static TheoryData<Exception> MemoryFaults =>
    [
        new OutOfMemoryException(),
        new InsufficientMemoryException(),
        new TypeInitializationException("Some.Type", new OutOfMemoryException()),
        new TargetInvocationException(new InvalidOperationException("A part could not be made.", new OutOfMemoryException())),
        new IOException("Failed to bind.", new OutOfMemoryException()),
    ];

    [Theory]
    [MemberData(nameof(MemoryFaults))]
    public void A_service_that_does_not_fit_into_the_memory_ends_with_3_and_a_sentence(Exception fault)
    {
        Assert.Equal(ExitCodes.StoreUnavailable, StartFailure.ExitCodeOf(fault));
        Assert.Matches(
            "^Airside cannot start\\. Its data does not fit into the memory that the process may use, [0-9]+ bytes\\. .+$",
            StartFailure.MessageOf(fault, "start"));
    }

    [Fact]
    public void A_store_that_does_not_fit_into_the_memory_says_so_itself()
    {
        var fault = new StoreUnavailableException("What the data directory holds is too much.", new OutOfMemoryException());
        Assert.Equal(ExitCodes.StoreUnavailable, StartFailure.ExitCodeOf(fault));
        Assert.Equal("Airside cannot start. What the data directory holds is too much.", StartFailure.MessageOf(fault, "start"));
    }

    [Fact]
    public void A_fault_that_nobody_foresaw_ends_with_1_and_its_stack()
    {
        var fault = new InvalidOperationException("unforeseen");
        Assert.Equal(ExitCodes.UnexpectedError, StartFailure.ExitCodeOf(fault));
        Assert.Contains("System.InvalidOperationException: unforeseen", StartFailure.MessageOf(fault, "start"), StringComparison.Ordinal);
    }
}
