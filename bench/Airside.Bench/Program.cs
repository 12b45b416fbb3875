using Airside.Bench;
using BenchmarkDotNet.Running;

switch (args.FirstOrDefault())
{
    case "journal":
        await JournalRun.RunAsync(new DirectoryInfo(args[1]));
        return 0;
    case "recovery":
        await RecoveryRun.RunAsync(new DirectoryInfo(args[1]), int.Parse(args[2]));
        return 0;
    case "growth":
        return await GrowthRun.RunAsync(
            new DirectoryInfo(args[1]), int.Parse(args[2]), int.Parse(args[3]), rollsUp: !args.Contains("--without-roll-up"));
    case "growth-start":
        await GrowthRun.StartAsync(args[1], long.Parse(args[2]));
        return 0;
    case "overload":
        await OverloadRun.RunAsync(new Uri(args[1]), int.Parse(args[2]), int.Parse(args[3]), int.Parse(args[4]));
        return 0;
    case "micro":
        if (Environment.GetEnvironmentVariable("AIRSIDE_OPENFLIGHTS") is null)
        {
            Console.Error.WriteLine("Set AIRSIDE_OPENFLIGHTS to the path of the OpenFlights file airlines.dat.");
            return 2;
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args.Skip(1)]);
        return 0;
    default:
        Console.Error.WriteLine(
            "Usage: Airside.Bench journal DIRECTORY | recovery DIRECTORY TRANSACTIONS | growth DIRECTORY YEARS ROUTES [--without-roll-up] "
            + "| overload URL CLIENTS REQUESTS_PER_SECOND SECONDS | micro [BenchmarkDotNet arguments]");
        return 2;
}
