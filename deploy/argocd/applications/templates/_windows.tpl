{{/* When an environment may change by itself. Only production has limits; somebody who may sync by hand can do so at any time. */}}
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
