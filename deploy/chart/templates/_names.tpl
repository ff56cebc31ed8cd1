{{- define "dasf.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}
{{- end }}

{{- /* Of one part of the broker: (list $ "edge") */}}
{{- define "dasf.partName" -}}
{{ include "dasf.name" (first .) | trunc 50 | trimSuffix "-" }}-{{ last . }}
{{- end }}

{{- define "dasf.selector" -}}
{{- $root := first . -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ last . }}
{{- end }}

{{- define "dasf.labels" -}}
{{- $root := first . -}}
{{ include "dasf.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ $root.Chart.Name }}-{{ $root.Chart.Version }}
{{- end }}

{{- define "dasf.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{- define "dasf.natsUrl" -}}
{{- with .Values.nats -}}
{{- if and .url .server.enabled }}{{ fail "nats.url and nats.server.enabled exclude each other: either NATS is somewhere, or this chart starts it." }}{{ end -}}
{{- if .server.enabled -}}
{{ if .server.tlsSecret }}tls{{ else }}nats{{ end }}://{{ include "dasf.partName" (list $ "nats") }}:4222
{{- else -}}
{{ required "nats.url is missing: say where NATS is, or let this chart start it with nats.server.enabled." .url }}
{{- end -}}
{{- end }}
{{- end }}
