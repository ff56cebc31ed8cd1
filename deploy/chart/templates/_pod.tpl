{{- define "dasf.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "dasf.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- /* What the pods of all parts begin with: $ */}}
{{- define "dasf.podHead" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.serviceAccountName }}
serviceAccountName: {{ . }}
{{- end }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
securityContext: {{ include "dasf.podSecurity" . | nindent 2 }}
{{- end }}

{{- /* The container of one part: (list $ "edge" "services/edge/src/main.ts" $resources) */}}
{{- define "dasf.container" -}}
{{- $root := first . }}
{{- $part := index . 1 }}
name: {{ $part }}
image: {{ include "dasf.image" $root }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
args: [{{ index . 2 }}]
env: {{ include "dasf.environment" (list $root $part) | nindent 2 }}
resources: {{ index . 3 | toYaml | nindent 2 }}
securityContext: {{ include "dasf.containerSecurity" . | nindent 2 }}
volumeMounts:
  - { name: files, mountPath: /etc/dasf, readOnly: true }
{{- end }}

{{- define "dasf.volumes" -}}
volumes:
  - name: files
    projected:
      defaultMode: 0440
      sources: {{ include "dasf.files" . | nindent 8 }}
{{- end }}

{{- define "dasf.placement" -}}
{{- $root := first . }}
{{- $part := last . }}
topologySpreadConstraints:
{{- range $key, $otherwise := dict "topology.kubernetes.io/zone" $root.Values.topologySpread.zone "kubernetes.io/hostname" $root.Values.topologySpread.node }}
  - topologyKey: {{ $key }}
    maxSkew: 1
    whenUnsatisfiable: {{ $otherwise }}
    labelSelector: { matchLabels: { {{- include "dasf.selector" (list $root $part) | replace "\n" ", " }} } }
    # Pods of another version are going away.
    matchLabelKeys: [pod-template-hash]
{{- end }}
{{- include "dasf.nodes" (index $root.Values $part) }}
{{- end }}

{{- /* Which nodes: the values of one part. */}}
{{- define "dasf.nodes" -}}
{{- with .nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}
