{{- define "airside.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* What the restricted Pod Security profile requires of every Pod of the chart. */}}
{{- define "airside.podSecurityContext" -}}
runAsNonRoot: true
{{- with .Values.podSecurityContext.runAsUser }}
runAsUser: {{ int64 . }}
{{- end }}
{{- with .Values.podSecurityContext.runAsGroup }}
runAsGroup: {{ int64 . }}
{{- end }}
{{- with .Values.podSecurityContext.fsGroup }}
fsGroup: {{ int64 . }}
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "airside.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* What the database client needs in each Pod that opens the store: the password and the certificates. */}}
{{- define "airside.storeVolumes" -}}
{{- if eq .Values.store "postgres" }}
- name: postgres-password
  secret:
    secretName: {{ .Values.postgres.existingSecret }}
    defaultMode: 0440
{{- with .Values.postgres.caConfigMap }}
- name: postgres-ca
  configMap:
    name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "airside.storeVolumeMounts" -}}
{{- if eq .Values.store "postgres" }}
- name: postgres-password
  mountPath: /run/secrets/airside-postgres
  readOnly: true
{{- if .Values.postgres.caConfigMap }}
- name: postgres-ca
  mountPath: /etc/airside/ca
  readOnly: true
{{- end }}
{{- end }}
{{- end -}}

{{/* The template of the Pods that serve, the same for a Deployment and a Rollout. */}}
{{- define "airside.podTemplate" -}}
metadata:
  labels:
    {{- include "airside.labels" . | nindent 4 }}
    app.kubernetes.io/component: service
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "airside.serviceAccountName" . }}
  automountServiceAccountToken: {{ .Values.serviceAccount.automountToken }}
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ include "airside.gracePeriodSeconds" . }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with include "airside.imagePullSecrets" . }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  securityContext:
    {{- include "airside.podSecurityContext" . | nindent 4 }}
  containers:
    {{- include "airside.container" . | nindent 4 }}
  volumes:
    {{- include "airside.volumes" . | nindent 4 }}
  {{- with include "airside.scheduling" . }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "airside.imagePullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "airside.container" -}}
- name: airside
  image: {{ include "airside.image" . }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  securityContext:
    {{- include "airside.containerSecurityContext" . | nindent 4 }}
  ports:
    - name: http
      containerPort: 8080
      protocol: TCP
  env:
    {{- include "airside.variables" (dict "settings" (include "airside.settings" .) "extraEnv" .Values.extraEnv) | trim | nindent 4 }}
  startupProbe:
    {{- include "airside.probe" (dict "path" "/healthz" "probe" .Values.probes.startup) | nindent 4 }}
  livenessProbe:
    {{- include "airside.probe" (dict "path" "/healthz" "probe" .Values.probes.liveness) | nindent 4 }}
  readinessProbe:
    {{- include "airside.probe" (dict "path" "/readyz" "probe" .Values.probes.readiness) | nindent 4 }}
  {{- if eq (include "airside.sleepsBeforeStop" .) "true" }}
  lifecycle:
    preStop:
      sleep:
        seconds: {{ .Values.drain.preStopSeconds }}
  {{- end }}
  resources:
    {{- toYaml .Values.resources | nindent 4 }}
  volumeMounts:
    - name: tmp
      mountPath: /tmp
    {{- if eq .Values.store "embedded" }}
    - name: data
      mountPath: /data
    {{- end }}
    {{- if eq .Values.security.mode "Keys" }}
    - name: api-keys
      mountPath: /run/secrets/airside-keys
      readOnly: true
    {{- end }}
    {{- with include "airside.storeVolumeMounts" . }}
    {{- . | trim | nindent 4 }}
    {{- end }}
    {{- with .Values.extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "airside.probe" -}}
httpGet:
  path: {{ .path }}
  port: http
{{ toYaml .probe }}
{{- end -}}

{{- define "airside.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .Values.ledgerCheck.temporarySize }}
{{- if eq .Values.store "embedded" }}
- name: data
  persistentVolumeClaim:
    claimName: {{ include "airside.claimName" . }}
{{- end }}
{{- if eq .Values.security.mode "Keys" }}
- name: api-keys
  secret:
    secretName: {{ .Values.security.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- with include "airside.storeVolumes" . }}
{{ . | trim }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "airside.scheduling" -}}
{{- $spreads := dict "topology.kubernetes.io/zone" .Values.topologySpread.zones "kubernetes.io/hostname" .Values.topologySpread.nodes -}}
{{- $labels := include "airside.selectorLabels" . -}}
{{- if or (ne .Values.topologySpread.zones "Off") (ne .Values.topologySpread.nodes "Off") }}
topologySpreadConstraints:
  {{- range $key, $mode := $spreads }}
  {{- if ne $mode "Off" }}
  - topologyKey: {{ $key }}
    maxSkew: 1
    whenUnsatisfiable: {{ $mode }}
    labelSelector:
      matchLabels:
        {{- $labels | nindent 8 }}
  {{- end }}
  {{- end }}
{{- end }}
{{- include "airside.placement" . }}
{{- end -}}

{{/* The nodes that Pods may run on. */}}
{{- define "airside.placement" -}}
{{- range $key := list "nodeSelector" "tolerations" "affinity" }}
{{- with index $.Values $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
