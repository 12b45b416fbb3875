{{/* The workload to scale. */}}
{{- define "airside.workload" -}}
apiVersion: {{ ternary "argoproj.io/v1alpha1" "apps/v1" .Values.rollout.enabled }}
kind: {{ ternary "Rollout" "Deployment" .Values.rollout.enabled }}
name: {{ include "airside.name" . }}
{{- end -}}
