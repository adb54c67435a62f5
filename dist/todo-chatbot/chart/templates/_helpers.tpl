{{/*
backend config: used by config, backend-deployment
*/}}
{{- define "todo-chatbot.backend.config" -}}
BACKEND_PORT: {{ .Values.backend.service.port | quote }}
BACKEND_URL: {{ include "todo-chatbot.url" . }}
FRONTEND_PORT: {{ .Values.frontend.service.port | quote }}
NODE_ENV: {{ .Values.config.nodeEnv | quote }}
{{- range $key, $value := omit .Values.config.data "BACKEND_PORT" "BACKEND_URL" "FRONTEND_PORT" "NODE_ENV" }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
frontend config: used by frontend-deployment
*/}}
{{- define "todo-chatbot.frontend.config" -}}
{{- if eq .Values.config.scope "shared" }}
BACKEND_PORT: {{ .Values.backend.service.port | quote }}
BACKEND_URL: {{ include "todo-chatbot.url" . }}
FRONTEND_PORT: {{ .Values.frontend.service.port | quote }}
NODE_ENV: {{ .Values.config.nodeEnv | quote }}
{{- end }}
{{- if eq .Values.config.scope "frontend" }}
NEXT_PUBLIC_API_URL: {{ include "todo-chatbot.url" . }}
{{- end }}
{{- range $key, $value := .Values.config.data }}
{{- if not (or (and (eq $.Values.config.scope "shared") (eq $key "BACKEND_PORT" "BACKEND_URL" "FRONTEND_PORT"
    "NODE_ENV")) (and (eq $.Values.config.scope "frontend") (eq $key "NEXT_PUBLIC_API_URL"))) }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/*
labels of a dict with context, component, name: used by config, secret-external, backend-deployment, 24 more
*/}}
{{- define "todo-chatbot.labels" -}}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/instance: {{ .context.Release.Name | quote }}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/part-of: todo
app.kubernetes.io/version: "1.0.0"
{{- range $key, $value := omit .context.Values.commonLabels "app.kubernetes.io/component"
    "app.kubernetes.io/instance" "app.kubernetes.io/name" "app.kubernetes.io/part-of"
    "app.kubernetes.io/version" }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
resources of a value: used by backend-deployment, frontend-deployment, database-statefulset
*/}}
{{- define "todo-chatbot.resources" -}}
{{- if or (not (kindIs "invalid" .limits.cpu)) (not (kindIs "invalid" (index .limits "ephemeral-storage"))) (not (kindIs "invalid" .limits.memory)) }}
limits:
  {{- include "todo-chatbot.limitsAndRequests" .limits | nindent 2 }}
{{- else }}
limits: {}
{{- end }}
{{- if or (not (kindIs "invalid" .requests.cpu)) (not (kindIs "invalid" (index .requests "ephemeral-storage"))) (not (kindIs "invalid" .requests.memory)) }}
requests:
  {{- include "todo-chatbot.limitsAndRequests" .requests | nindent 2 }}
{{- else }}
requests: {}
{{- end }}
{{- end }}

{{/*
image of a value: used by backend-deployment, frontend-deployment, database-statefulset, 2 more
*/}}
{{- define "todo-chatbot.image" -}}
{{- if and .registry .digest }}
{{- printf "%s/%s@%s" .registry .repository .digest | quote }}
{{- else if .registry }}
{{- printf "%s/%s:%s" .registry .repository .tag | quote }}
{{- else if .digest }}
{{- printf "%s@%s" .repository .digest | quote }}
{{- else }}
{{- printf "%s:%s" .repository .tag | quote }}
{{- end }}
{{- end }}

{{/*
template labels of a dict with context, values, component, name: used by backend-deployment, frontend-deployment, database-statefulset, backend-monitor
*/}}
{{- define "todo-chatbot.template.labels" -}}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/instance: {{ .context.Release.Name | quote }}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/part-of: todo
app.kubernetes.io/version: "1.0.0"
{{- range $key, $value := omit .context.Values.commonLabels "app.kubernetes.io/component"
    "app.kubernetes.io/instance" "app.kubernetes.io/name" "app.kubernetes.io/part-of"
    "app.kubernetes.io/version" }}
{{- if not (hasKey $.values $key) }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- range $key, $value := omit .values "app.kubernetes.io/component" "app.kubernetes.io/instance"
    "app.kubernetes.io/name" "app.kubernetes.io/part-of" "app.kubernetes.io/version" }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
probe of a value: used by backend-deployment, frontend-deployment
*/}}
{{- define "todo-chatbot.probe" -}}
failureThreshold: {{ .failureThreshold }}
httpGet:
  path: {{ .path | quote }}
  port: http
initialDelaySeconds: {{ .initialDelaySeconds }}
periodSeconds: {{ .periodSeconds }}
timeoutSeconds: {{ .timeoutSeconds }}
{{- end }}

{{/*
selectorLabels of a dict with context, component, name: used by backend-deployment, backend-pdb, frontend-deployment, 9 more
*/}}
{{- define "todo-chatbot.selectorLabels" -}}
matchLabels:
  app.kubernetes.io/component: {{ .component }}
  app.kubernetes.io/instance: {{ .context.Release.Name | quote }}
  app.kubernetes.io/name: {{ .name }}
{{- end }}

{{/*
securityContext of a value: used by backend-deployment, frontend-deployment, database-statefulset
*/}}
{{- define "todo-chatbot.securityContext" -}}
{{- if .fsGroup }}
fsGroup: {{ .fsGroup | toJson }}
fsGroupChangePolicy: OnRootMismatch
{{- end }}
{{- if .runAsGroup }}
runAsGroup: {{ .runAsGroup | toJson }}
{{- end }}
runAsNonRoot: true
{{- if .runAsUser }}
runAsUser: {{ .runAsUser | toJson }}
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/*
topologySpreadConstraints of a dict with context, values, component, name: used by backend-deployment, frontend-deployment
*/}}
{{- define "todo-chatbot.topologySpreadConstraints" -}}
{{- range $topologySpreadConstraint := .values }}
- {{ include "todo-chatbot.json" $topologySpreadConstraint }}
{{- end }}
{{- if kindIs "invalid" .values }}
- maxSkew: 1
  labelSelector:
    {{- include "todo-chatbot.selectorLabels" (dict "context" .context "component" .component "name" .name) | nindent 4 }}
  matchLabelKeys:
    - pod-template-hash
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
- maxSkew: 1
  labelSelector:
    {{- include "todo-chatbot.selectorLabels" (dict "context" .context "component" .component "name" .name) | nindent 4 }}
  matchLabelKeys:
    - pod-template-hash
  topologyKey: topology.kubernetes.io/zone
  whenUnsatisfiable: ScheduleAnyway
{{- end }}
{{- end }}

{{/*
containers securityContext: used by backend-deployment, frontend-deployment, database-statefulset, 2 more
*/}}
{{- define "todo-chatbot.containers.securityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop:
    - ALL
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
{{- end }}

{{/*
metrics of a value: used by backend-hpa, frontend-hpa
*/}}
{{- define "todo-chatbot.metrics" -}}
- type: Resource
  resource:
    name: cpu
    target:
      averageUtilization: {{ .targetCPUUtilizationPercentage }}
      type: Utilization
{{- if .targetMemoryUtilizationPercentage }}
- type: Resource
  resource:
    name: memory
    target:
      averageUtilization: {{ .targetMemoryUtilizationPercentage }}
      type: Utilization
{{- end }}
{{- end }}

{{/*
behavior of a value: used by backend-hpa, frontend-hpa
*/}}
{{- define "todo-chatbot.behavior" -}}
scaleDown:
  policies:
    - periodSeconds: 60
      type: Pods
      value: 1
  stabilizationWindowSeconds: {{ .scaleDownStabilizationSeconds }}
scaleUp:
  policies:
    - periodSeconds: 15
      type: Percent
      value: 100
    - periodSeconds: 15
      type: Pods
      value: 4
  selectPolicy: Max
  stabilizationWindowSeconds: {{ .scaleUpStabilizationSeconds }}
{{- end }}

{{/*
egress of a dict with context, values, component, name: used by network-policy-frontend, tests/backend-network-policy, tests/frontend-network-policy
*/}}
{{- define "todo-chatbot.egress" -}}
- ports:
    - port: {{ .context.Values.networkPolicy.dnsPort }}
      protocol: UDP
    - port: {{ .context.Values.networkPolicy.dnsPort }}
      protocol: TCP
- ports:
    - port: {{ .values }}
      protocol: TCP
  to:
    - podSelector:
        {{- include "todo-chatbot.selectorLabels" (dict "context" .context "component" .component "name" .name) | nindent 8 }}
{{- end }}

{{/*
entries of a value: used by backend-deployment, backend-service, backend-service-account, 7 more
*/}}
{{- define "todo-chatbot.entries" -}}
{{- range $key, $value := . }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
url: used by frontend-config, config, backend-deployment, frontend-deployment
*/}}
{{- define "todo-chatbot.url" -}}
{{- if .Values.config.backendUrl }}
{{- .Values.config.backendUrl | quote }}
{{- else }}
{{- printf "http://todo-backend:%v" .Values.backend.service.port | quote }}
{{- end }}
{{- end }}

{{/*
database exec: used by database-statefulset
*/}}
{{- define "todo-chatbot.database.exec" -}}
command:
  - pg_isready
  - "--quiet"
  - "--host"
  - "127.0.0.1"
  - "--username"
  - {{ .Values.database.user | quote }}
  - "--dbname"
  - {{ .Values.database.name | quote }}
{{- end }}

{{/*
limitsAndRequests of a value: used by backend-deployment, frontend-deployment, database-statefulset
*/}}
{{- define "todo-chatbot.limitsAndRequests" -}}
{{- if not (kindIs "invalid" .cpu) }}
cpu: {{ .cpu | toJson }}
{{- end }}
{{- if not (kindIs "invalid" (index . "ephemeral-storage")) }}
ephemeral-storage: {{ index . "ephemeral-storage" | toJson }}
{{- end }}
{{- if not (kindIs "invalid" .memory) }}
memory: {{ .memory | toJson }}
{{- end }}
{{- end }}

{{/*
imagePullSecrets: used by backend-deployment, frontend-deployment, database-statefulset, 2 more
*/}}
{{- define "todo-chatbot.imagePullSecrets" -}}
{{- range $imagePullSecret := .Values.imagePullSecrets }}
- name: {{ $imagePullSecret.name | quote }}
{{- end }}
{{- end }}

{{/*
ports of a value: used by backend-service, frontend-service
*/}}
{{- define "todo-chatbot.ports" -}}
- name: http
  {{- if and (eq .type "NodePort") .nodePort }}
  nodePort: {{ .nodePort }}
  {{- end }}
  port: {{ .port }}
  targetPort: http
{{- end }}

{{/*
affinity of a dict with context, component, name: used by backend-deployment, frontend-deployment
*/}}
{{- define "todo-chatbot.affinity" -}}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        labelSelector:
          {{- include "todo-chatbot.selectorLabels" (dict "context" .context "component" .component "name" .name) | nindent 10 }}
        topologyKey: kubernetes.io/hostname
{{- end }}

{{/*
containers resources: used by tests/backend, tests/frontend
*/}}
{{- define "todo-chatbot.containers.resources" -}}
limits:
  cpu: "100m"
  ephemeral-storage: "16Mi"
  memory: "32Mi"
requests:
  cpu: "10m"
  ephemeral-storage: "1Mi"
  memory: "16Mi"
{{- end }}

{{/*
securityContext2: used by tests/backend, tests/frontend
*/}}
{{- define "todo-chatbot.securityContext2" -}}
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
runAsGroup: 10001
runAsNonRoot: true
runAsUser: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/*
A value as JSON, with the characters escaped that YAML parsers refuse or fold.
*/}}
{{- define "todo-chatbot.json" -}}
{{- $text := toJson . }}
{{- if regexMatch `[\x{7f}-\x{a0}\x{ad}\x{feff}\x{fffe}\x{ffff}]` $text }}
{{- range concat (untilStep 127 161 1) (list 173 65279 65534 65535) }}
{{- $text = replace (printf "%c" .) (printf "\\u%04x" .) $text }}
{{- end }}
{{- end }}
{{- $text }}
{{- end }}

{{/*
Rules across values: fails with every one that is broken.
*/}}
{{- define "todo-chatbot.rules" -}}
{{- $rules := list }}
{{- range $in := list "backend" "frontend" }}
{{- $values := get $.Values $in }}
{{- if $values.autoscaling.enabled }}
{{- $rules = append $rules (dict "in" $in
    "left" (dict "path" "autoscaling.minReplicas" "else" "replicaCount")
    "must be" "at least" "right" 1
    "because" "autoscaling cannot start from no pods; raise replicaCount, or switch autoscaling off") }}
{{- $rules = append $rules (dict "in" $in
    "left" "autoscaling.maxReplicas"
    "must be" "at least" "right" (dict "path" "autoscaling.minReplicas" "else" "replicaCount")
    "because" "autoscaling needs room above its least number of pods; raise maxReplicas, or lower the other") }}
{{- $rules = append $rules (dict "in" $in
    "left" "resources.requests.cpu"
    "must be" "set"
    "because" "autoscaling measures CPU against the request; set one, or switch autoscaling off") }}
{{- end }}
{{- if and $values.autoscaling.enabled (not (kindIs "invalid" $values.autoscaling.targetMemoryUtilizationPercentage)) }}
{{- $rules = append $rules (dict "in" $in
    "left" "resources.requests.memory"
    "must be" "set"
    "because" "autoscaling measures memory against the request; set one, or targetMemoryUtilizationPercentage to null") }}
{{- end }}
{{- $rules = append $rules (dict "in" $in
    "left" "resources.limits.cpu"
    "must be" "at least" "right" "resources.requests.cpu" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- $rules = append $rules (dict "in" $in
    "left" "resources.limits.memory"
    "must be" "at least" "right" "resources.requests.memory" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- $rules = append $rules (dict "in" $in
    "left" "resources.limits.ephemeral-storage"
    "must be" "at least" "right" "resources.requests.ephemeral-storage" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- $rules = append $rules (dict "in" $in
    "left" (dict "sum" (list "preStopSleepSeconds" "drainSeconds"))
    "must be" "less than" "right" "terminationGracePeriodSeconds"
    "because" "a stopping pod would be killed before its requests are finished; raise the grace period") }}
{{- if kindIs "invalid" $values.preStopSleepSeconds }}
{{- $rules = append $rules (dict "in" $in
    "left" "drainSeconds"
    "must be" "less than" "right" "terminationGracePeriodSeconds"
    "because" "a stopping pod would be killed before its requests are finished; raise the grace period") }}
{{- end }}
{{- $rules = append $rules (dict "in" $in
    "left" "minReadySeconds"
    "must be" "less than" "right" "progressDeadlineSeconds"
    "because" "a rollout would fail before its first pod counts; raise the deadline") }}
{{- end }}
{{- if .Values.database.enabled }}
{{- $rules = append $rules (dict
    "left" "database.resources.limits.cpu"
    "must be" "at least" "right" "database.resources.requests.cpu" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- $rules = append $rules (dict
    "left" "database.resources.limits.memory"
    "must be" "at least" "right" "database.resources.requests.memory" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- $rules = append $rules (dict
    "left" "database.resources.limits.ephemeral-storage"
    "must be" "at least" "right" "database.resources.requests.ephemeral-storage" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- end }}
{{- if and (eq .Values.backend.service.type "NodePort") (eq .Values.frontend.service.type "NodePort") }}
{{- $rules = append $rules (dict
    "left" "backend.service.nodePort"
    "must be" "different from" "right" "frontend.service.nodePort"
    "because" "two Services cannot have the same node port; change one, or set it to null for a free one") }}
{{- end }}
{{- if eq .Values.routing.type "gateway" "ingress" }}
{{- $rules = append $rules (dict
    "left" "routing.host"
    "must be" "set"
    "because" "a route needs a host name; set routing.host, or routing.type to none") }}
{{- end }}
{{- if and (not .Values.database.enabled) (not .Values.secret.externalSecret.enabled) }}
{{- $rules = append $rules (dict
    "left" "secret.existingSecret"
    "must be" "set"
    "because" (print
        "only you know the address of a database elsewhere; put DATABASE_URL into a Secret and name it here, "
        "or set secret.externalSecret.enabled to true")) }}
{{- end }}
{{- if .Values.monitoring.serviceMonitor.enabled }}
{{- $rules = append $rules (dict
    "left" "monitoring.serviceMonitor.scrapeTimeout"
    "must be" "at most" "right" "monitoring.serviceMonitor.interval" "as" "duration"
    "because" "Prometheus refuses a reading that may last longer than the time until the next one") }}
{{- end }}
{{- $broken := list }}
{{- range $rules }}
{{- with include "todo-chatbot.rule" (dict "values" $.Values "rule" .) }}{{ $broken = append $broken . }}{{ end }}
{{- end }}
{{- if $broken }}
{{- fail (printf "\n%s" (join "\n" $broken)) }}
{{- end }}
{{- end }}

{{/*
How one rule is broken, or nothing.
*/}}
{{- define "todo-chatbot.rule" -}}
{{- $left := dict }}
{{- include "todo-chatbot.operand" (dict "values" .values "in" .rule.in "operand" .rule.left "into" $left) }}
{{- $must := get .rule "must be" }}
{{- if eq $must "set" }}
{{- if or (kindIs "invalid" $left.value) (eq (toString $left.value) "") }}
{{- printf "%s is not set: %s" $left.name .rule.because }}
{{- end }}
{{- else }}
{{- $right := dict }}
{{- include "todo-chatbot.operand" (dict "values" .values "in" .rule.in "operand" .rule.right "into" $right) }}
{{- if not (or (kindIs "invalid" $left.value) (kindIs "invalid" $right.value)) }}
{{- $as := printf "todo-chatbot.%s" (.rule.as | default "integer") }}
{{- $a := include $as $left | float64 }}
{{- $b := include $as $right | float64 }}
{{- $holds := dict "less than" (lt $a $b) "at most" (le $a $b) "equal to" (eq $a $b)
    "different from" (ne $a $b) "at least" (ge $a $b) "more than" (gt $a $b) }}
{{- if not (get $holds $must) }}
{{- $sides := list }}
{{- range list $left $right }}
{{- $sides = append $sides (ternary (toJson .value) (printf "%s (%s)" .name (toJson .value)) (eq .name "")) }}
{{- end }}
{{- printf "%s must be %s %s: %s" (first $sides) $must (last $sides) .rule.because }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Puts the name and the value of one side of a rule into a dict: a path, a number, a path with another that it follows
while it is null, or a sum. Paths start below "in".
*/}}
{{- define "todo-chatbot.operand" -}}
{{- $value := .values }}
{{- if kindIs "string" .operand }}
{{- $path := prepend (list .operand) .in | compact | join "." }}
{{- range splitList "." $path }}{{ $value = index $value . }}{{ end }}
{{- $_ := set .into "name" $path }}
{{- $_ = set .into "value" $value }}
{{- else if not (kindIs "map" .operand) }}
{{- $_ := set .into "name" "" }}
{{- $_ = set .into "value" .operand }}
{{- else if .operand.path }}
{{- include "todo-chatbot.operand" (dict "values" .values "in" .in "operand" .operand.path "into" .into) }}
{{- if kindIs "invalid" .into.value }}
{{- include "todo-chatbot.operand" (dict "values" .values "in" .in "operand" .operand.else "into" .into) }}
{{- end }}
{{- else }}
{{- $names := list }}
{{- $sum := 0 }}
{{- $known := true }}
{{- range .operand.sum }}
{{- $part := dict }}
{{- include "todo-chatbot.operand" (dict "values" $.values "in" $.in "operand" . "into" $part) }}
{{- $names = append $names ($part.name | default (toJson $part.value)) }}
{{- if kindIs "invalid" $part.value }}{{ $known = false }}{{ else }}{{ $sum = addf $sum $part.value }}{{ end }}
{{- end }}
{{- $_ := set .into "name" (join " + " $names) }}
{{- if $known }}{{ $_ = set .into "value" $sum }}{{ end }}
{{- end }}
{{- end }}

{{- define "todo-chatbot.integer" -}}
{{- toJson .value }}
{{- end }}

{{/*
A Kubernetes quantity as a number.
*/}}
{{- define "todo-chatbot.quantity" -}}
{{- $text := kindIs "string" .value | ternary .value (toJson .value) }}
{{- $number := regexFind "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,2})?" $text }}
{{- $units := dict "n" 1e-9 "u" 0.000001 "m" 0.001 "" 1.0 "k" 1000.0 "M" 1000000.0 "G" 1000000000.0
    "T" 1000000000000.0 "P" 1000000000000000.0 "E" 1000000000000000000.0
    "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606847000.0 }}
{{- $unit := trimPrefix $number $text }}
{{- if or (not $number) (not (hasKey $units $unit)) }}
{{- fail (printf "%s (%s) is no quantity; expected a number with a unit such as m, Ki or Mi" .name (toJson .value)) }}
{{- end }}
{{- mulf $number (get $units $unit) }}
{{- end }}

{{/*
A duration such as 1m30s, in seconds.
*/}}
{{- define "todo-chatbot.duration" -}}
{{- $seconds := 0 }}
{{- $units := dict "ms" 0.001 "s" 1 "m" 60 "h" 3600 "d" 86400 }}
{{- if not (kindIs "string" .value) }}{{ $seconds = .value }}
{{- else if not (regexMatch "^([0-9]+([.][0-9]+)?(ms|[smhd]))+$" .value) }}
{{- fail (printf "%s (%s) is no duration; expected numbers with units such as 90s or 1m30s" .name (toJson .value)) }}
{{- end }}
{{- range regexFindAll "[0-9.]+(ms|[smhd])" (kindIs "string" .value | ternary .value "") -1 }}
{{- $number := regexFind "^[0-9.]+" . }}
{{- $seconds = addf $seconds (mulf $number (get $units (trimPrefix $number .))) }}
{{- end }}
{{- $seconds }}
{{- end }}
