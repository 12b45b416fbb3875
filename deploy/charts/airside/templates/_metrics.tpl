{{/* The requests of clients to this release, as Prometheus knows them; probes and Prometheus itself are no clients. */}}
{{- define "airside.requestSelector" -}}
{namespace="{{ .Release.Namespace }}",service="{{ include "airside.name" . }}",http_route!~"/healthz|/readyz|/metrics"}
{{- end -}}

{{/* Those of them that the new version of a rollout answers. */}}
{{- define "airside.canarySelector" -}}
{{ include "airside.requestSelector" . | trimSuffix "}" }},rollouts_pod_template_hash="{{ "{{args.canary-hash}}" }}"}
{{- end -}}
