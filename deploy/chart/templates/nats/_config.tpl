{{- define "dasf.natsConfig" -}}
{{- $name := include "dasf.partName" (list . "nats") }}
{{- with .Values.nats.server -}}
server_name: $POD_NAME
listen: "0.0.0.0:4222"
http: "127.0.0.1:8222"
pid_file: "/run/nats/nats.pid"
max_payload: 8388608
lame_duck_grace_period: 10s
lame_duck_duration: 30s
jetstream {
  store_dir: "/data"
  # Explicit, and the same at each start: the preset is a part of what happens to be free.
  max_file_store: {{ .maxFileStore }}
  # A message is confirmed only after it is on the disk: with the preset, a power cut takes back confirmed ones.
  sync_interval: always
}
{{- if .tlsSecret }}
tls { cert_file: "/etc/nats-tls/tls.crt", key_file: "/etc/nats-tls/tls.key" }
{{- end }}
{{- if gt (int .replicas) 1 }}
cluster {
  name: {{ $name }}
  listen: "0.0.0.0:6222"
  routes: [
    {{- range $index := until (int .replicas) }}
    "nats://{{ $name }}-{{ $index }}.{{ $name }}-peers:6222"
    {{- end }}
  ]
  {{- if .tlsSecret }}
  tls { cert_file: "/etc/nats-tls/tls.crt", key_file: "/etc/nats-tls/tls.key", ca_file: "/etc/nats-tls/ca.crt", verify: true }
  {{- end }}
}
{{- end }}
include "../nats-accounts/dasf-accounts.conf"
{{- end }}
{{- end }}
