{{/*
How a Pod stops, in order: it is removed from the Service while it sleeps (1.30 and later), gets SIGTERM, still serves for 55 % of the
drain, finishes, and exits. The load balancer deregisters it before it stops serving, and it is killed only after all of that.
*/}}
{{- define "airside.sleepsBeforeStop" -}}
{{- and (gt (int .Values.drain.preStopSeconds) 0) (semverCompare ">=1.30-0" .Capabilities.KubeVersion.Version) -}}
{{- end -}}

{{- define "airside.gracePeriodSeconds" -}}
{{- $sleep := ternary (int .Values.drain.preStopSeconds) 0 (eq (include "airside.sleepsBeforeStop" .) "true") -}}
{{- add $sleep .Values.drain.seconds 5 -}}
{{- end -}}

{{- define "airside.deregistrationSeconds" -}}
{{- div (mul .Values.drain.seconds 55) 100 -}}
{{- end -}}
