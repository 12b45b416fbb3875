using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Chart.Policies;

/// <summary>Secrets are mounted or referenced, and never part of the release itself.</summary>
internal static class SecretPolicy
{
    private const RegexOptions Options =
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    private static readonly Regex SecretName = new("password|passwd|secret|token|api_?key", Options);

    private static readonly Regex SecretText =
        new(@"(password|pwd)\s*=\s*[^;\s]+|://[^/\s:]+:[^@\s]+@|\bak_[a-z0-9]|\bAKIA[A-Z0-9]{12}|-----BEGIN [A-Z ]*PRIVATE KEY", Options);

    public static IEnumerable<string> Secrets(Release release)
    {
        foreach (var (owner, container) in release.Containers)
        {
            foreach (var variable in container.Items("env").Where(variable => variable.Has("value")))
            {
                var (name, value) = (variable.Text("name") ?? "", variable.Text("value") ?? "");

                // The path of a secret's file is no secret.
                if ((SecretName.IsMatch(name) && !value.StartsWith("/run/secrets/", StringComparison.Ordinal)) || SecretText.IsMatch(value))
                {
                    yield return $"{owner} has a secret in the variable {name}";
                }
            }

            foreach (var argument in container.Texts("args").Concat(container.Texts("command")))
            {
                if (SecretName.IsMatch(argument) || SecretText.IsMatch(argument))
                {
                    yield return $"{owner} has a secret in the argument {argument}";
                }
            }
        }

        foreach (var map in release.OfKind("ConfigMap"))
        {
            foreach (var (key, value) in map.Map("data").Where(entry => SecretName.IsMatch(entry.Key) || SecretText.IsMatch(entry.Value)))
            {
                yield return $"the ConfigMap {map.Name} has a secret in {key}: {value.Length} characters";
            }
        }

        foreach (var secret in release.OfKind("Secret"))
        {
            yield return $"the Secret {secret.Name} stands in the release, which keeps all that it holds";
        }
    }
}
