{{/* Names leave room for the longest suffix within the 63 characters of a DNS label. */}}
{{- define "airside.chartName" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 46 | trimSuffix "-" -}}
{{- end -}}

{{- define "airside.name" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" -}}
{{- else if contains (include "airside.chartName" .) .Release.Name -}}
{{- .Release.Name | trunc 46 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "airside.chartName" .) | trunc 46 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "airside.serviceAccountName" -}}
{{- if .Values.serviceAccount.name -}}
{{- .Values.serviceAccount.name -}}
{{- else if .Values.serviceAccount.create -}}
{{- include "airside.name" . -}}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{- define "airside.claimName" -}}
{{- default (printf "%s-data" (include "airside.name" .)) .Values.persistence.existingClaim -}}
{{- end -}}

{{/* Labels that all Pods of the release share. */}}
{{- define "airside.releaseLabels" -}}
app.kubernetes.io/name: {{ include "airside.chartName" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels of the Pods that serve, which the Service, the Deployment and the disruption budget select. */}}
{{- define "airside.selectorLabels" -}}
{{ include "airside.releaseLabels" . }}
app.kubernetes.io/component: service
{{- end -}}

{{- define "airside.labels" -}}
{{ include "airside.releaseLabels" . }}
app.kubernetes.io/part-of: airside
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
airside/environment: {{ .Values.environment }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}
