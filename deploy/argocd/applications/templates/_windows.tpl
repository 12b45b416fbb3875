{{/* When an environment may sync automatically. Only production has limits; a permitted user can sync manually at any time. */}}
{{- define "projects.windows" -}}
{{- if eq .Values.environment "production" }}
  syncWindows:
    - kind: allow
      schedule: {{ .Values.syncWindows.schedule | quote }}
      duration: {{ .Values.syncWindows.duration }}
      timeZone: {{ .Values.syncWindows.timeZone }}
      applications: ["*"]
      manualSync: true
{{- end }}
{{- end -}}
