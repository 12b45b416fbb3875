using System.Reflection;
using Airside.Core;

namespace Airside.Service.Tests;

/// <summary>What an operator can mend is told in a sentence, with its own exit code.</summary>
public sealed class StartFaultTests
{
    /// <summary>Memory runs out in any line of the start, also in code of others that wraps what it catches.</summary>
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
        Assert.Equal(ExitCodes.StoreUnavailable, StartFault.ExitCodeOf(fault));
        Assert.Matches(
            "^Airside cannot start\\. What it holds does not fit into the memory that the process may use, [0-9]+ bytes\\. .+$",
            StartFault.MessageOf(fault, "start"));
    }

    [Fact]
    public void A_store_that_does_not_fit_into_the_memory_says_so_itself()
    {
        var fault = new StoreUnavailableException("What the data directory holds is too much.", new OutOfMemoryException());
        Assert.Equal(ExitCodes.StoreUnavailable, StartFault.ExitCodeOf(fault));
        Assert.Equal("Airside cannot start. What the data directory holds is too much.", StartFault.MessageOf(fault, "start"));
    }

    [Fact]
    public void A_fault_that_nobody_foresaw_ends_with_1_and_its_stack()
    {
        var fault = new InvalidOperationException("unforeseen");
        Assert.Equal(ExitCodes.Fault, StartFault.ExitCodeOf(fault));
        Assert.Contains("System.InvalidOperationException: unforeseen", StartFault.MessageOf(fault, "start"), StringComparison.Ordinal);
    }
}
