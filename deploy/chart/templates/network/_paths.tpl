{{- /* Where the api answers, without slashes at the ends. */}}
{{- define "dasf.apiPaths" -}}
{{- if not (or .Values.paths.websocket .Values.paths.api) }}{{ fail "paths.websocket and paths.api are both empty: an ingress could not tell edge and api apart." }}{{ end -}}
- {{ printf "/%s" .Values.paths.api | trimSuffix "/" | default "/" }}
- /api
- /openapi.json
- /documentation
{{- end }}
