{{/* The Kubernetes version decides, because a rendering without a cluster knows nothing else. */}}
{{- define "airside.policyVersion" -}}
{{- ternary "policy/v1" "policy/v1beta1" (semverCompare ">=1.21-0" .Capabilities.KubeVersion.Version) -}}
{{- end -}}

{{- define "airside.autoscalingVersion" -}}
{{- ternary "autoscaling/v2" "autoscaling/v2beta2" (semverCompare ">=1.23-0" .Capabilities.KubeVersion.Version) -}}
{{- end -}}

{{/* Uses the older API version if the cluster has only that version of the External Secrets operator. */}}
{{- define "airside.externalSecretsVersion" -}}
{{- $versions := .Capabilities.APIVersions -}}
{{- $onlyOlder := and ($versions.Has "external-secrets.io/v1beta1") (not ($versions.Has "external-secrets.io/v1")) -}}
{{- ternary "external-secrets.io/v1beta1" "external-secrets.io/v1" $onlyOlder -}}
{{- end -}}
