namespace Airside.Testing;

/// <summary>Files of the repository that the tests read or check.</summary>
internal static class Repository
{
    /// <summary>The path of a file, whose name is given from the root of the repository.</summary>
    public static string PathOf(string name)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Airside.slnx")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return Path.Combine(directory.FullName, name);
    }

    /// <summary>
    /// Demands that a file holds a text. When an environment variable is <c>1</c> the file is written anew, and the test fails
    /// all the same, so that nobody takes a run that writes for one that checks.
    /// </summary>
    public static async Task DemandAsync(string name, string expected, string updateVariable)
    {
        var path = PathOf(name);
        if (Environment.GetEnvironmentVariable(updateVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, expected);
            Assert.Fail($"{name} was written anew. Look at the difference, commit it, and run without {updateVariable}.");
        }

        var present = File.Exists(path) ? await File.ReadAllTextAsync(path) : "";
        Assert.True(present == expected, $"{name} is not current. Run this test with {updateVariable}=1 to write it anew.");
    }
}
