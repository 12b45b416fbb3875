{{/* The head of an application, up to its sources. Takes a dict of root, name, project, wave and namespace. */}}
{{- define "application.head" -}}
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    environment: {{ .root.Values.environment }}
  annotations:
    argocd.argoproj.io/sync-wave: {{ .wave | quote }}
    {{- if eq .root.Values.environment "production" }}
    # In production, deleting what is no longer in the list requires a confirmation.
    argocd.argoproj.io/sync-options: Prune=confirm
    {{- end }}
  finalizers:
    # Deletes what it installed before itself.
    - resources-finalizer.argocd.argoproj.io
spec:
  project: {{ .project }}
  revisionHistoryLimit: 5
  destination:
    server: https://kubernetes.default.svc
    namespace: {{ .namespace }}
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
      allowEmpty: false
    syncOptions:
      - CreateNamespace={{ .createNamespace | default false }}
      - ServerSideApply=true
      - PruneLast=true
    retry:
      limit: 10
      backoff:
        duration: 10s
        factor: 2
        maxDuration: 5m
{{- end -}}

{{/* An application from a third-party chart, with values of this repository. Takes a dict of root, name, application and the default folder. */}}
{{- define "application.chart" -}}
{{- $root := .root -}}
{{- $folder := .application.folder | default .folder -}}
{{- $head := dict "root" $root "name" .name "project" "platform" "wave" .application.wave "namespace" .application.namespace "createNamespace" true }}
---
{{ include "application.head" $head }}
  sources:
    - repoURL: {{ .application.repository }}
      chart: {{ .application.chart }}
      targetRevision: {{ .application.version | quote }}
      helm:
        releaseName: {{ .name }}
        ignoreMissingValueFiles: true
        valueFiles:
          - $repository/{{ $folder }}/values.yaml
          - $repository/{{ $folder }}/{{ $root.Values.environment }}.yaml
        {{- with .application.parameters }}
        parameters:
          {{- range $name, $value := . }}
          - name: {{ $name | quote }}
            value: {{ tpl $value $root | quote }}
            forceString: true
          {{- end }}
        {{- end }}
    - repoURL: {{ $root.Values.facts.repository_url }}
      targetRevision: {{ $root.Values.release.commit | quote }}
      ref: repository
{{- end -}}

{{/* The enabled third-party charts, by name. */}}
{{- define "applications.charts" -}}
{{- $charts := dict -}}
{{- range $name, $addon := .Values.addons -}}
{{- if $addon.enabled -}}
{{- $_ := set $charts $name (merge (dict "folder" (default (printf "deploy/addons/%s" $name) $addon.folder)) $addon) -}}
{{- end -}}
{{- end -}}
{{- range .Values.monitoring -}}
{{- $_ := set $charts .name (merge (dict "folder" (printf "deploy/monitoring/%s" .name)) .) -}}
{{- end -}}
{{ toYaml $charts }}
{{- end -}}
