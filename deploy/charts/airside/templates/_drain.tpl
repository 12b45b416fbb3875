{{/*
How a Pod ends, in order: it is taken out of the Service while it sleeps (1.30 and later), gets SIGTERM, serves on for 55 % of the
drain, finishes, and ends. The load balancer is done with it before it stops serving, and it is killed only after all of that.
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
