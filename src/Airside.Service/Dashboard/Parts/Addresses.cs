namespace Airside.Service.Dashboard.Parts;

/// <summary>Addresses within the dashboard.</summary>
internal static class Addresses
{
    /// <summary>Returns an address with those parameters that have a value.</summary>
    public static string Create(string path, params (string Name, string? Value)[] parameters)
    {
        var set = parameters.Where(parameter => !string.IsNullOrEmpty(parameter.Value))
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}")
            .ToArray();
        return set.Length == 0 ? path : $"{path}?{string.Join('&', set)}";
    }
}
