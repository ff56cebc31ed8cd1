{{- /* Who may do what is printed by the broker's own image, for the partitions that there are. */}}
{{- define "dasf.natsAccountsArguments" -}}
- packages/cli/src/main.ts
- nats-permissions
- --namespace={{ .Values.log.namespace }}
- --partitions={{ .Values.log.partitions }}
{{- if eq .Values.nats.login "nkeySeed" }}
{{- range $user := list "edge" "api" "store" "operator" }}
- --nkey={{ $user }}={{ required (printf "nats.server.nkeys.%s is missing: with nats.login nkeySeed the server must know the public half." $user) (index $.Values.nats.server.nkeys $user) }}
{{- end }}
{{- end }}
- --output=/etc/nats-accounts/dasf-accounts.conf
{{- end }}

{{- define "dasf.natsServerEnvironment" -}}
- { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
{{- if eq .Values.nats.login "password" }}
# nats-server reads what stands in a variable as its configuration: without quotes, 507 is a number.
{{- range $user := list "edge" "api" "store" "operator" }}
- { name: {{ upper $user }}_PASSWORD, valueFrom: { secretKeyRef: { name: {{ $.Values.nats.secret.name }}, key: {{ index $.Values.nats.secret $user }} } } }
- { name: DASF_NATS_{{ upper $user }}_PASSWORD, value: '"$({{ upper $user }}_PASSWORD)"' }
{{- end }}
{{- end }}
{{- end }}
