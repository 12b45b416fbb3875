namespace Airside.Service.Dashboard.Parts;

/// <summary>Addresses within the service, as the viewer of a page reaches them: below the path prefix of a proxy, if any.</summary>
internal sealed class Addresses
{
    /// <summary>What all addresses begin with: empty, or a path such as <c>/airside</c>.</summary>
    public string PathBase { get; set; } = "";

    /// <summary>Returns an address with those parameters that have a value.</summary>
    public string To(string path, params (string Name, string? Value)[] parameters)
    {
        var set = parameters.Where(parameter => !string.IsNullOrEmpty(parameter.Value))
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}")
            .ToArray();
        return set.Length == 0 ? PathBase + path : $"{PathBase}{path}?{string.Join('&', set)}";
    }
}
