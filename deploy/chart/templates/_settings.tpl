{{- /* What stands in values of its own, or is the chart's to decide. */}}
{{- define "dasf.ownValues" -}}
DASF_NATS_URL: nats.url
DASF_NATS_USER: nats.login
DASF_NATS_PASSWORD: nats.secret
DASF_NATS_NKEY_SEED: nats.secret
DASF_NATS_CREDENTIALS: nats.secret
DASF_NATS_CA_FILE: nats.ca
DASF_NAMESPACE: log.namespace
DASF_LOG_PARTITIONS: log.partitions
DASF_LOG_REPLICAS: log.replicas
DASF_JWT_SECRET: auth.tokenSecret
DASF_JWT_JWKS_FILE: auth.jwks
DASF_OIDC_ISSUERS_FILE: auth.oidcIssuers
DASF_DATABASE_URL: postgres.secret
DASF_MIGRATION_DATABASE_URL: postgres.secret
DASF_STORE_DATABASE_ROLE: postgres.roles
DASF_API_DATABASE_ROLE: postgres.roles
DASF_WEBSOCKET_URL_ROUTE: paths.websocket
DASF_API_ROUTE: paths.api
DASF_WEBSOCKET_URL: host
DASF_DRAIN_TIMEOUT: edge.drainSeconds
DASF_EDGE_HOST: the chart
DASF_EDGE_PORT: the chart
DASF_EDGE_INTERNAL_HOST: the chart
DASF_EDGE_INTERNAL_PORT: the chart
DASF_STORE_INTERNAL_HOST: the chart
DASF_STORE_INTERNAL_PORT: the chart
DASF_API_HOST: the chart
DASF_API_PORT: the chart
DASF_API_INTERNAL_HOST: the chart
DASF_API_INTERNAL_PORT: the chart
{{- end }}

{{- /* Fails where a setting is read by nobody, or has a value of its own. */}}
{{- define "dasf.checkSettings" -}}
{{- $known := .Files.Get "files/settings.json" | fromJson }}
{{- $own := include "dasf.ownValues" . | fromYaml }}
{{- $all := concat $known.edge $known.store $known.api | uniq }}
{{- $given := dict "settings" (list .Values.settings $all) }}
{{- range $name := list "edge" "store" "api" }}
{{- $_ := set $given (printf "%s.settings" $name) (list (index $.Values $name "settings") (index $known $name)) }}
{{- end }}
{{- range $where, $pair := $given }}
{{- range $setting, $_ := first $pair }}
{{- $bare := trimSuffix "_FILE" $setting }}
{{- with or (get $own $setting) (get $own $bare) }}
{{- fail (printf "%s.%s cannot be set here: that is what %s says." $where $setting .) }}
{{- end }}
{{- if not (has $setting (last $pair)) }}
{{- fail (printf "%s.%s is read by nobody: docs/settings.md has all settings, and who reads them." $where $setting) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* As a variable of the environment: (list $ "edge") */}}
{{- define "dasf.givenSettings" -}}
{{- $root := first . }}
{{- $name := last . }}
{{- $known := $root.Files.Get "files/settings.json" | fromJson | dig $name list }}
{{- $given := $root.Values.settings }}
{{- with index $root.Values $name }}{{ $given = mergeOverwrite (dict) $given (.settings | default dict) }}{{ end }}
{{- range $setting, $value := $given }}
{{- if has $setting $known }}
- name: {{ $setting }}
  value: {{ if kindIs "float64" $value }}{{ $value | int64 | quote }}{{ else }}{{ $value | quote }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
