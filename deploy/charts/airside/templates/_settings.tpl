{{/*
Settings are in the Pod template rather than in a ConfigMap, so a Pod of the previous release keeps its own settings when it restarts
during an upgrade (docs/adr/0016-settings-in-the-pod-template.md). A variable in extraEnv overrides the chart's.
*/}}
{{- define "airside.variables" -}}
{{- $settings := .settings | fromYaml -}}
{{- range .extraEnv }}{{ $_ := unset $settings .name }}{{ end -}}
{{- range $name, $value := $settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- with .extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The non-secret settings of the service, as environment variables. */}}
{{- define "airside.settings" -}}
{{ include "airside.storeSettings" . }}
ASPNETCORE_URLS: http://+:8080
Airside__KeyWindowHours: {{ .Values.keyWindowHours | quote }}
Airside__HourlyHistoryDays: {{ .Values.hourlyHistoryDays | quote }}
Airside__RequireTransactionKey: {{ .Values.requireTransactionKey | quote }}
Airside__DrainSeconds: {{ .Values.drain.seconds | quote }}
Airside__Airlines__Source: {{ .Values.airlines.source | quote }}
Airside__Airlines__AllowedHosts: {{ join "," .Values.airlines.allowedHosts | quote }}
{{- with .Values.telemetry.otlpEndpoint }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ . }}
OTEL_TRACES_SAMPLER_ARG: {{ $.Values.telemetry.tracesShare | quote }}
{{- if not $.Values.telemetry.metrics }}
OTEL_METRICS_EXPORTER: none
{{- end }}
{{- if not $.Values.telemetry.logs }}
OTEL_LOGS_EXPORTER: none
{{- end }}
{{- end }}
{{- with .Values.ledgerCheck.seconds }}
Airside__LedgerCheckSeconds: {{ . | quote }}
{{- end }}
Airside__Security__Mode: {{ .Values.security.mode }}
{{- if eq .Values.security.mode "Keys" }}
Airside__Security__KeysFile: /run/secrets/airside-keys/{{ .Values.security.secretKey }}
{{- end }}
{{- with include "airside.loadBalancerNetworks" . }}
Airside__Security__TrustedProxies: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* The networks from which a load balancer reaches the service: only what comes from there may say who the client is. */}}
{{- define "airside.loadBalancerNetworks" -}}
{{- $networks := list -}}
{{- if or .Values.ingress.enabled .Values.httpRoute.enabled -}}
{{- range .Values.networkPolicy.ingressFrom -}}
{{- with .ipBlock -}}
{{- $networks = append $networks .cidr -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- join "," $networks -}}
{{- end -}}

{{/* Settings to open the store; the migration needs no others. */}}
{{- define "airside.storeSettings" -}}
LOG_LEVEL: {{ .Values.logLevel }}
Airside__Store: {{ .Values.store }}
{{- if eq .Values.store "embedded" }}
Airside__DataDirectory: /data
{{- else if eq .Values.store "postgres" }}
{{ include "airside.postgresSettings" . }}
{{- else }}
Airside__DynamoDb__Table: {{ .Values.dynamodb.table }}
{{- with .Values.dynamodb.region }}
Airside__DynamoDb__Region: {{ . }}
{{- end }}
{{- with .Values.dynamodb.endpoint }}
Airside__DynamoDb__Endpoint: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "airside.postgresSettings" -}}
{{- $parameters := list -}}
{{- with .Values.postgres.parameters }}{{ $parameters = append $parameters . }}{{ end -}}
{{- if .Values.postgres.caConfigMap }}{{ $parameters = append $parameters "Root Certificate=/etc/airside/ca/ca.pem" }}{{ end -}}
DB_HOST: {{ printf "%s:%v" .Values.postgres.host .Values.postgres.port | quote }}
DB_NAME: {{ .Values.postgres.database | quote }}
DB_USER: {{ .Values.postgres.user | quote }}
MAX_CONNECTIONS: {{ .Values.postgres.connectionsMax | quote }}
Airside__Postgres__PasswordFile: /run/secrets/airside-postgres/{{ .Values.postgres.secretKey }}
{{- if $parameters }}
ConnectionStrings__Airside: {{ join ";" $parameters | quote }}
{{- end }}
{{- end -}}
