{{- define "dasf.isFile" -}}
{{- if or .configMap .secret }}yes{{ end -}}
{{- end }}

{{- /* What a part of the broker reads of its environment: (list $ "edge"); the migration's NATS user is the operator. */}}
{{- define "dasf.environment" -}}
{{- $root := first . }}
{{- $part := last . }}
{{- with $root.Values }}
- name: DASF_NATS_URL
  value: {{ include "dasf.natsUrl" $root | quote }}
{{- if eq .nats.login "password" }}
- name: DASF_NATS_USER
  value: dasf-{{ include "dasf.natsUser" $part }}
{{- end }}
- name: {{ get (dict "password" "DASF_NATS_PASSWORD" "nkeySeed" "DASF_NATS_NKEY_SEED" "credentials" "DASF_NATS_CREDENTIALS") .nats.login }}_FILE
  value: /etc/dasf/nats-login
{{- if include "dasf.isFile" .nats.ca }}
- name: DASF_NATS_CA_FILE
  value: /etc/dasf/nats-ca.crt
{{- end }}
- name: DASF_NAMESPACE
  value: {{ .log.namespace | quote }}
- name: DASF_LOG_PARTITIONS
  value: {{ .log.partitions | quote }}
- name: DASF_LOG_REPLICAS
  value: {{ .log.replicas | quote }}
{{- if has $part (list "store" "api") }}
- name: DASF_DATABASE_URL_FILE
  value: /etc/dasf/database-url
{{- end }}
{{- if eq $part "migration" }}
- name: DASF_MIGRATION_DATABASE_URL_FILE
  value: /etc/dasf/database-url
{{- with .postgres.roles.store }}
- name: DASF_STORE_DATABASE_ROLE
  value: {{ . | quote }}
{{- end }}
{{- with .postgres.roles.api }}
- name: DASF_API_DATABASE_ROLE
  value: {{ . | quote }}
{{- end }}
{{- else }}
- name: DASF_{{ upper $part }}_INTERNAL_HOST
  value: 0.0.0.0
- name: DASF_{{ upper $part }}_INTERNAL_PORT
  value: "9090"
{{- end }}
{{- if has $part (list "edge" "api") }}
{{- include "dasf.gateEnvironment" . }}
- name: DASF_{{ upper $part }}_HOST
  value: 0.0.0.0
- name: DASF_{{ upper $part }}_PORT
  value: "8080"
{{- end }}
{{- if eq $part "edge" }}
- name: DASF_WEBSOCKET_URL_ROUTE
  value: {{ .paths.websocket | quote }}
- name: DASF_DRAIN_TIMEOUT
  value: {{ .edge.drainSeconds }}s
{{- end }}
{{- if eq $part "api" }}
- name: DASF_API_ROUTE
  value: {{ .paths.api | default "/" | quote }}
{{- if .host }}
- name: DASF_WEBSOCKET_URL
  value: wss://{{ .host }}/{{ .paths.websocket }}
{{- end }}
{{- end }}
{{- end }}
{{- include "dasf.givenSettings" . }}
{{- end }}

{{- define "dasf.natsUser" -}}
{{ if eq . "migration" }}operator{{ else }}{{ . }}{{ end }}
{{- end }}

{{- /* Who is speaking, and what that is worth. */}}
{{- define "dasf.gateEnvironment" -}}
{{- if .auth.tokenSecret.name }}
- name: DASF_JWT_SECRET_FILE
  value: /etc/dasf/token-secret
{{- end }}
{{- if include "dasf.isFile" .auth.jwks }}
- name: DASF_JWT_JWKS_FILE
  value: /etc/dasf/jwks.json
{{- end }}
{{- if include "dasf.isFile" .auth.oidcIssuers }}
- name: DASF_OIDC_ISSUERS_FILE
  value: /etc/dasf/issuers.json
{{- end }}
{{- end }}
