{{- define "cluster.tags" -}}
- key: airside:stack
  value: {{ .Values.stack }}
- key: environment
  value: {{ .Values.environment }}
- key: owner
  value: {{ .Values.owner }}
{{- end -}}
