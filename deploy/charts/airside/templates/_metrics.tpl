{{/* Selects client requests to this release in Prometheus, without those of probes and of Prometheus itself. */}}
{{- define "airside.requestSelector" -}}
{namespace="{{ .Release.Namespace }}",service="{{ include "airside.name" . }}",http_route!~"/healthz|/readyz|/metrics"}
{{- end -}}

{{/* Selects those that the new version of a rollout serves. */}}
{{- define "airside.canarySelector" -}}
{{ include "airside.requestSelector" . | trimSuffix "}" }},rollouts_pod_template_hash="{{ "{{args.canary-hash}}" }}"}
{{- end -}}
