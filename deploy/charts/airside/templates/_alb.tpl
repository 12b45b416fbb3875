{{/*
Annotations of the AWS Load Balancer Controller. The load balancer uses the readiness probe's path, and deregisters a Pod before the
Pod stops serving.
*/}}
{{- define "airside.albAnnotations" -}}
alb.ingress.kubernetes.io/scheme: {{ .Values.ingress.scheme }}
alb.ingress.kubernetes.io/target-type: ip
alb.ingress.kubernetes.io/healthcheck-path: /readyz
alb.ingress.kubernetes.io/healthcheck-interval-seconds: "5"
alb.ingress.kubernetes.io/healthcheck-timeout-seconds: "2"
alb.ingress.kubernetes.io/healthy-threshold-count: "2"
alb.ingress.kubernetes.io/unhealthy-threshold-count: "2"
alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds={{ include "airside.deregistrationSeconds" . }}
{{- if .Values.ingress.certificateArn }}
alb.ingress.kubernetes.io/listen-ports: '[{"HTTP":80},{"HTTPS":443}]'
alb.ingress.kubernetes.io/ssl-redirect: "443"
alb.ingress.kubernetes.io/ssl-policy: ELBSecurityPolicy-TLS13-1-2-2021-06
alb.ingress.kubernetes.io/certificate-arn: {{ .Values.ingress.certificateArn }}
{{- else }}
alb.ingress.kubernetes.io/listen-ports: '[{"HTTP":80}]'
{{- end }}
{{- with .Values.ingress.webAclArn }}
alb.ingress.kubernetes.io/wafv2-acl-arn: {{ . }}
{{- end }}
{{- end -}}
