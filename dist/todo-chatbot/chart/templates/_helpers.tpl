{{/*
backend config: used by backend-deployment
*/}}
{{- define "todo-chatbot.backend.config" -}}
{{- range $key, $value := omit .Values.config.data "BACKEND_URL" "BACKEND_PORT" "FRONTEND_PORT" "NODE_ENV" }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- if .Values.config.backendUrl }}
BACKEND_URL: {{ .Values.config.backendUrl | quote }}
{{- else }}
BACKEND_URL: {{ printf "http://todo-backend:%v" .Values.backend.service.port | quote }}
{{- end }}
BACKEND_PORT: {{ .Values.backend.service.port | quote }}
FRONTEND_PORT: {{ .Values.frontend.service.port | quote }}
NODE_ENV: {{ .Values.config.nodeEnv | quote }}
{{- end }}

{{/*
frontend config: used by frontend-deployment
*/}}
{{- define "todo-chatbot.frontend.config" -}}
{{- range $key, $value := .Values.config.data }}
{{- if not (or (and (eq $.Values.config.scope "shared") (eq $key "BACKEND_URL" "BACKEND_PORT" "FRONTEND_PORT"
    "NODE_ENV")) (and (eq $.Values.config.scope "frontend") (eq $key "NEXT_PUBLIC_API_URL"))) }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- if eq .Values.config.scope "shared" }}
{{- if .Values.config.backendUrl }}
BACKEND_URL: {{ .Values.config.backendUrl | quote }}
{{- else }}
BACKEND_URL: {{ printf "http://todo-backend:%v" .Values.backend.service.port | quote }}
{{- end }}
BACKEND_PORT: {{ .Values.backend.service.port | quote }}
FRONTEND_PORT: {{ .Values.frontend.service.port | quote }}
NODE_ENV: {{ .Values.config.nodeEnv | quote }}
{{- end }}
{{- if eq .Values.config.scope "frontend" }}
{{- if .Values.config.backendUrl }}
NEXT_PUBLIC_API_URL: {{ .Values.config.backendUrl | quote }}
{{- else }}
NEXT_PUBLIC_API_URL: {{ printf "http://todo-backend:%v" .Values.backend.service.port | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/*
backend selectorLabels: used by backend-deployment, backend-service, backend-pdb, 5 more
*/}}
{{- define "todo-chatbot.backend.selectorLabels" -}}
app.kubernetes.io/component: backend
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: todo-backend
{{- end }}

{{/*
frontend selectorLabels: used by frontend-deployment, frontend-service, frontend-pdb, 3 more
*/}}
{{- define "todo-chatbot.frontend.selectorLabels" -}}
app.kubernetes.io/component: frontend
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: todo-frontend
{{- end }}

{{/*
database selectorLabels: used by database-service, database-pods-service, database-statefulset, 3 more
*/}}
{{- define "todo-chatbot.database.selectorLabels" -}}
app.kubernetes.io/component: database
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: todo-db
{{- end }}

{{/*
backend labels: used by backend-deployment, backend-service, backend-service-account, 3 more
*/}}
{{- define "todo-chatbot.backend.labels" -}}
app.kubernetes.io/component: backend
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: todo-backend
app.kubernetes.io/part-of: todo
app.kubernetes.io/version: "1.0.0"
{{- range $key, $value := omit .Values.commonLabels "app.kubernetes.io/component" "app.kubernetes.io/instance"
    "app.kubernetes.io/name" "app.kubernetes.io/part-of" "app.kubernetes.io/version" }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
frontend labels: used by frontend-deployment, frontend-service, frontend-service-account, 3 more
*/}}
{{- define "todo-chatbot.frontend.labels" -}}
app.kubernetes.io/component: frontend
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: todo-frontend
app.kubernetes.io/part-of: todo
app.kubernetes.io/version: "1.0.0"
{{- range $key, $value := omit .Values.commonLabels "app.kubernetes.io/component" "app.kubernetes.io/instance"
    "app.kubernetes.io/name" "app.kubernetes.io/part-of" "app.kubernetes.io/version" }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
database labels: used by database-service, database-pods-service, database-statefulset, 3 more
*/}}
{{- define "todo-chatbot.database.labels" -}}
app.kubernetes.io/component: database
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: todo-db
app.kubernetes.io/part-of: todo
app.kubernetes.io/version: "1.0.0"
{{- range $key, $value := omit .Values.commonLabels "app.kubernetes.io/component" "app.kubernetes.io/instance"
    "app.kubernetes.io/name" "app.kubernetes.io/part-of" "app.kubernetes.io/version" }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
securityContext: used by backend-deployment, frontend-deployment, database-statefulset, 2 more
*/}}
{{- define "todo-chatbot.securityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop:
    - ALL
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
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
ports: used by network-policy-frontend, network-policy-backend, tests/backend-network-policy, tests/frontend-network-policy
*/}}
{{- define "todo-chatbot.ports" -}}
- port: {{ .Values.networkPolicy.dnsPort }}
  protocol: UDP
- port: {{ .Values.networkPolicy.dnsPort }}
  protocol: TCP
{{- end }}

{{/*
to: used by network-policy-frontend, network-policy-database, tests/backend-network-policy
*/}}
{{- define "todo-chatbot.to" -}}
- podSelector:
    matchLabels:
      {{- include "todo-chatbot.backend.selectorLabels" . | nindent 6 }}
{{- end }}

{{/*
egress: used by network-policy-frontend, tests/backend-network-policy
*/}}
{{- define "todo-chatbot.egress" -}}
- ports:
    {{- include "todo-chatbot.ports" . | nindent 4 }}
- ports:
    - port: {{ .Values.backend.containerPort }}
      protocol: TCP
  to:
    {{- include "todo-chatbot.to" . | nindent 4 }}
{{- end }}

{{/*
config labels: used by config, frontend-config
*/}}
{{- define "todo-chatbot.config.labels" -}}
app.kubernetes.io/component: config
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: todo-config
app.kubernetes.io/part-of: todo
app.kubernetes.io/version: "1.0.0"
{{- range $key, $value := omit .Values.commonLabels "app.kubernetes.io/component" "app.kubernetes.io/instance"
    "app.kubernetes.io/name" "app.kubernetes.io/part-of" "app.kubernetes.io/version" }}
{{ $key | quote }}: {{ $value | quote }}
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
backend labels2: used by tests/backend, tests/backend-network-policy
*/}}
{{- define "todo-chatbot.backend.labels2" -}}
app.kubernetes.io/component: test
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: todo-backend-test
app.kubernetes.io/part-of: todo
app.kubernetes.io/version: "1.0.0"
{{- range $key, $value := omit .Values.commonLabels "app.kubernetes.io/component" "app.kubernetes.io/instance"
    "app.kubernetes.io/name" "app.kubernetes.io/part-of" "app.kubernetes.io/version" }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
frontend labels2: used by tests/frontend, tests/frontend-network-policy
*/}}
{{- define "todo-chatbot.frontend.labels2" -}}
app.kubernetes.io/component: test
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: todo-frontend-test
app.kubernetes.io/part-of: todo
app.kubernetes.io/version: "1.0.0"
{{- range $key, $value := omit .Values.commonLabels "app.kubernetes.io/component" "app.kubernetes.io/instance"
    "app.kubernetes.io/name" "app.kubernetes.io/part-of" "app.kubernetes.io/version" }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
labels: used by http-route, ingress
*/}}
{{- define "todo-chatbot.labels" -}}
app.kubernetes.io/component: routing
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/name: todo
app.kubernetes.io/part-of: todo
app.kubernetes.io/version: "1.0.0"
{{- range $key, $value := omit .Values.commonLabels "app.kubernetes.io/component" "app.kubernetes.io/instance"
    "app.kubernetes.io/name" "app.kubernetes.io/part-of" "app.kubernetes.io/version" }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

{{/*
resources: used by tests/backend, tests/frontend
*/}}
{{- define "todo-chatbot.resources" -}}
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
policies: used by backend-hpa, frontend-hpa
*/}}
{{- define "todo-chatbot.policies" -}}
- periodSeconds: 15
  type: Percent
  value: 100
- periodSeconds: 15
  type: Pods
  value: 4
{{- end }}

{{/*
backend podSelector: used by network-policy-backend, tests/backend-network-policy
*/}}
{{- define "todo-chatbot.backend.podSelector" -}}
matchLabels:
  app.kubernetes.io/component: test
  app.kubernetes.io/instance: {{ .Release.Name | quote }}
  app.kubernetes.io/name: todo-backend-test
{{- end }}

{{/*
policies2: used by backend-hpa, frontend-hpa
*/}}
{{- define "todo-chatbot.policies2" -}}
- periodSeconds: 60
  type: Pods
  value: 1
{{- end }}

{{/*
database ports: used by database-service, database-pods-service
*/}}
{{- define "todo-chatbot.database.ports" -}}
- name: postgres
  port: 5432
  targetPort: postgres
{{- end }}

{{/*
annotations: used by http-route, ingress
*/}}
{{- define "todo-chatbot.annotations" -}}
{{- range $key, $value := .Values.routing.annotations }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
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
{{- if .Values.backend.autoscaling.enabled }}
{{- $rules = append $rules (dict
    "left" (dict "path" "backend.autoscaling.minReplicas" "else" "backend.replicaCount")
    "must be" "at least" "right" 1
    "because" "autoscaling cannot start from no pods; raise replicaCount, or switch autoscaling off") }}
{{- $rules = append $rules (dict
    "left" "backend.autoscaling.maxReplicas"
    "must be" "at least" "right" (dict "path" "backend.autoscaling.minReplicas" "else" "backend.replicaCount")
    "because" "autoscaling needs room above its least number of pods; raise maxReplicas, or lower the other") }}
{{- $rules = append $rules (dict
    "left" "backend.resources.requests.cpu"
    "must be" "set"
    "because" "autoscaling measures CPU against the request; set one, or switch autoscaling off") }}
{{- end }}
{{- if and .Values.backend.autoscaling.enabled (not (kindIs "invalid" .Values.backend.autoscaling.targetMemoryUtilizationPercentage)) }}
{{- $rules = append $rules (dict
    "left" "backend.resources.requests.memory"
    "must be" "set"
    "because" "autoscaling measures memory against the request; set one, or targetMemoryUtilizationPercentage to null") }}
{{- end }}
{{- $rules = append $rules (dict
    "left" "backend.resources.limits.cpu"
    "must be" "at least" "right" "backend.resources.requests.cpu" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- $rules = append $rules (dict
    "left" "backend.resources.limits.memory"
    "must be" "at least" "right" "backend.resources.requests.memory" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- $rules = append $rules (dict
    "left" "backend.resources.limits.ephemeral-storage"
    "must be" "at least" "right" "backend.resources.requests.ephemeral-storage" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- $rules = append $rules (dict
    "left" (dict "sum" (list "backend.preStopSleepSeconds" "backend.drainSeconds"))
    "must be" "less than" "right" "backend.terminationGracePeriodSeconds"
    "because" "a stopping pod would be killed before its requests are finished; raise the grace period") }}
{{- if kindIs "invalid" .Values.backend.preStopSleepSeconds }}
{{- $rules = append $rules (dict
    "left" "backend.drainSeconds"
    "must be" "less than" "right" "backend.terminationGracePeriodSeconds"
    "because" "a stopping pod would be killed before its requests are finished; raise the grace period") }}
{{- end }}
{{- $rules = append $rules (dict
    "left" "backend.minReadySeconds"
    "must be" "less than" "right" "backend.progressDeadlineSeconds"
    "because" "a rollout would fail before its first pod counts; raise the deadline") }}
{{- if .Values.frontend.autoscaling.enabled }}
{{- $rules = append $rules (dict
    "left" (dict "path" "frontend.autoscaling.minReplicas" "else" "frontend.replicaCount")
    "must be" "at least" "right" 1
    "because" "autoscaling cannot start from no pods; raise replicaCount, or switch autoscaling off") }}
{{- $rules = append $rules (dict
    "left" "frontend.autoscaling.maxReplicas"
    "must be" "at least" "right" (dict "path" "frontend.autoscaling.minReplicas" "else" "frontend.replicaCount")
    "because" "autoscaling needs room above its least number of pods; raise maxReplicas, or lower the other") }}
{{- $rules = append $rules (dict
    "left" "frontend.resources.requests.cpu"
    "must be" "set"
    "because" "autoscaling measures CPU against the request; set one, or switch autoscaling off") }}
{{- end }}
{{- if and .Values.frontend.autoscaling.enabled (not (kindIs "invalid" .Values.frontend.autoscaling.targetMemoryUtilizationPercentage)) }}
{{- $rules = append $rules (dict
    "left" "frontend.resources.requests.memory"
    "must be" "set"
    "because" "autoscaling measures memory against the request; set one, or targetMemoryUtilizationPercentage to null") }}
{{- end }}
{{- $rules = append $rules (dict
    "left" "frontend.resources.limits.cpu"
    "must be" "at least" "right" "frontend.resources.requests.cpu" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- $rules = append $rules (dict
    "left" "frontend.resources.limits.memory"
    "must be" "at least" "right" "frontend.resources.requests.memory" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- $rules = append $rules (dict
    "left" "frontend.resources.limits.ephemeral-storage"
    "must be" "at least" "right" "frontend.resources.requests.ephemeral-storage" "as" "quantity"
    "because" "Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null") }}
{{- $rules = append $rules (dict
    "left" (dict "sum" (list "frontend.preStopSleepSeconds" "frontend.drainSeconds"))
    "must be" "less than" "right" "frontend.terminationGracePeriodSeconds"
    "because" "a stopping pod would be killed before its requests are finished; raise the grace period") }}
{{- if kindIs "invalid" .Values.frontend.preStopSleepSeconds }}
{{- $rules = append $rules (dict
    "left" "frontend.drainSeconds"
    "must be" "less than" "right" "frontend.terminationGracePeriodSeconds"
    "because" "a stopping pod would be killed before its requests are finished; raise the grace period") }}
{{- end }}
{{- $rules = append $rules (dict
    "left" "frontend.minReadySeconds"
    "must be" "less than" "right" "frontend.progressDeadlineSeconds"
    "because" "a rollout would fail before its first pod counts; raise the deadline") }}
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
    "because" "only you know the address of a database elsewhere; put DATABASE_URL into a Secret and name it here, or set secret.externalSecret.enabled to true") }}
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
{{- include "todo-chatbot.operand" (dict "values" .values "operand" .rule.left "into" $left) }}
{{- $must := get .rule "must be" }}
{{- if eq $must "set" }}
{{- if or (kindIs "invalid" $left.value) (eq (toString $left.value) "") }}
{{- printf "%s is not set: %s" $left.name .rule.because }}
{{- end }}
{{- else }}
{{- $right := dict }}
{{- include "todo-chatbot.operand" (dict "values" .values "operand" .rule.right "into" $right) }}
{{- if not (or (kindIs "invalid" $left.value) (kindIs "invalid" $right.value)) }}
{{- $as := printf "todo-chatbot.%s" (.rule.as | default "integer") }}
{{- $a := include $as $left.value | float64 }}
{{- $b := include $as $right.value | float64 }}
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
while it is null, or a sum.
*/}}
{{- define "todo-chatbot.operand" -}}
{{- $value := .values }}
{{- if kindIs "string" .operand }}
{{- range splitList "." .operand }}{{ $value = index $value . }}{{ end }}
{{- $_ := set .into "name" .operand }}
{{- $_ = set .into "value" $value }}
{{- else if not (kindIs "map" .operand) }}
{{- $_ := set .into "name" "" }}
{{- $_ = set .into "value" .operand }}
{{- else if .operand.path }}
{{- include "todo-chatbot.operand" (dict "values" .values "operand" .operand.path "into" .into) }}
{{- if kindIs "invalid" .into.value }}
{{- include "todo-chatbot.operand" (dict "values" .values "operand" .operand.else "into" .into) }}
{{- end }}
{{- else }}
{{- $names := list }}
{{- $sum := 0 }}
{{- $known := true }}
{{- range .operand.sum }}
{{- $part := dict }}
{{- include "todo-chatbot.operand" (dict "values" $.values "operand" . "into" $part) }}
{{- $names = append $names ($part.name | default (toJson $part.value)) }}
{{- if kindIs "invalid" $part.value }}{{ $known = false }}{{ else }}{{ $sum = addf $sum $part.value }}{{ end }}
{{- end }}
{{- $_ := set .into "name" (join " + " $names) }}
{{- if $known }}{{ $_ = set .into "value" $sum }}{{ end }}
{{- end }}
{{- end }}

{{- define "todo-chatbot.integer" -}}
{{- toJson . }}
{{- end }}

{{/*
A Kubernetes quantity as a number.
*/}}
{{- define "todo-chatbot.quantity" -}}
{{- $text := kindIs "string" . | ternary . (toJson .) }}
{{- $number := regexFind "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?" $text }}
{{- $units := dict "n" 1e-9 "u" 0.000001 "m" 0.001 "" 1.0 "k" 1000.0 "M" 1000000.0 "G" 1000000000.0
    "T" 1000000000000.0 "P" 1000000000000000.0 "E" 1000000000000000000.0
    "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606847000.0 }}
{{- $unit := trimPrefix $number $text }}
{{- if or (not $number) (not (hasKey $units $unit)) }}
{{- fail (printf "'%s' is no quantity; expected a number with a unit such as m, Ki or Mi" $text) }}
{{- end }}
{{- mulf $number (get $units $unit) }}
{{- end }}

{{/*
A duration such as 1m30s, in seconds.
*/}}
{{- define "todo-chatbot.duration" -}}
{{- $seconds := 0 }}
{{- $units := dict "ms" 0.001 "s" 1 "m" 60 "h" 3600 "d" 86400 }}
{{- if not (kindIs "string" .) }}{{ $seconds = . }}
{{- else if not (regexMatch "^([0-9]+([.][0-9]+)?(ms|[smhd]))+$" .) }}
{{- fail (printf "'%s' is no duration; expected numbers with units such as 90s or 1m30s" .) }}
{{- end }}
{{- range regexFindAll "[0-9.]+(ms|[smhd])" (kindIs "string" . | ternary . "") -1 }}
{{- $number := regexFind "^[0-9.]+" . }}
{{- $seconds = addf $seconds (mulf $number (get $units (trimPrefix $number .))) }}
{{- end }}
{{- $seconds }}
{{- end }}
