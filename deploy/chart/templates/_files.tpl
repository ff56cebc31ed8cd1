{{- /* What a part reads of Secrets and ConfigMaps, as one volume: (list $ "edge") */}}
{{- define "dasf.files" -}}
{{- $root := first . }}
{{- $part := last . }}
{{- with $root.Values }}
- secret:
    name: {{ .nats.secret.name }}
    items: [{ key: {{ index .nats.secret (include "dasf.natsUser" $part) }}, path: nats-login }]
{{- include "dasf.file" (list .nats.ca "nats-ca.crt") }}
{{- if ne $part "edge" }}
- secret:
    name: {{ .postgres.secret.name }}
    items: [{ key: {{ index .postgres.secret $part }}, path: database-url }]
{{- end }}
{{- if has $part (list "edge" "api") }}
{{- with .auth.tokenSecret }}
{{- if .name }}
- secret:
    name: {{ .name }}
    items: [{ key: {{ .key }}, path: token-secret }]
{{- end }}
{{- end }}
{{- include "dasf.file" (list .auth.jwks "jwks.json") }}
{{- include "dasf.file" (list .auth.oidcIssuers "issuers.json") }}
{{- end }}
{{- end }}
{{- end }}

{{- define "dasf.file" -}}
{{- $path := last . }}
{{- with first . }}
{{- if .configMap }}
- configMap:
    name: {{ .configMap }}
    items: [{ key: {{ .key }}, path: {{ $path }} }]
{{- else if .secret }}
- secret:
    name: {{ .secret }}
    items: [{ key: {{ .key }}, path: {{ $path }} }]
{{- end }}
{{- end }}
{{- end }}
