{{- define "dasf.egress" -}}
- ports: [{ port: {{ .port }} }]
{{- with .to }}
  to: {{ toYaml . | nindent 4 }}
{{- end }}
{{- end }}
