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
{{- if not (or (and (eq $key "BACKEND_URL") (eq $.Values.config.scope "shared")) (and (eq $key "BACKEND_PORT")
    (eq $.Values.config.scope "shared")) (and (eq $key "FRONTEND_PORT") (eq $.Values.config.scope "shared"))
    (and (eq $key "NODE_ENV") (eq $.Values.config.scope "shared")) (and (eq $key "NEXT_PUBLIC_API_URL") (eq
    $.Values.config.scope "frontend"))) }}
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
{{- $broken := list }}
{{- if .Values.backend.autoscaling.enabled }}
{{- if lt (float64 (ternary .Values.backend.replicaCount .Values.backend.autoscaling.minReplicas (kindIs "invalid" .Values.backend.autoscaling.minReplicas))) (float64 1) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s: autoscaling cannot start from no pods; raise replicaCount, or switch autoscaling off"
      (ternary "backend.replicaCount" "backend.autoscaling.minReplicas" (kindIs "invalid" .Values.backend.autoscaling.minReplicas)) ((ternary .Values.backend.replicaCount .Values.backend.autoscaling.minReplicas (kindIs "invalid" .Values.backend.autoscaling.minReplicas)) | toJson) (1 | toJson)) }}
{{- end }}
{{- end }}
{{- if .Values.backend.autoscaling.enabled }}
{{- if lt (float64 .Values.backend.autoscaling.maxReplicas) (float64 (ternary .Values.backend.replicaCount .Values.backend.autoscaling.minReplicas (kindIs "invalid" .Values.backend.autoscaling.minReplicas))) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s (%s): autoscaling needs room above its least number of pods; raise maxReplicas, or lower the other"
      "backend.autoscaling.maxReplicas" (.Values.backend.autoscaling.maxReplicas | toJson) (ternary "backend.replicaCount" "backend.autoscaling.minReplicas" (kindIs "invalid" .Values.backend.autoscaling.minReplicas)) ((ternary .Values.backend.replicaCount .Values.backend.autoscaling.minReplicas (kindIs "invalid" .Values.backend.autoscaling.minReplicas)) | toJson)) }}
{{- end }}
{{- end }}
{{- if .Values.backend.autoscaling.enabled }}
{{- if or (kindIs "invalid" .Values.backend.resources.requests.cpu) (eq (toString .Values.backend.resources.requests.cpu) "") }}
{{- $broken = append $broken
    (printf "%s is not set: autoscaling measures CPU against the request; set one, or switch autoscaling off" "backend.resources.requests.cpu") }}
{{- end }}
{{- end }}
{{- if and (.Values.backend.autoscaling.enabled) (not (kindIs "invalid" .Values.backend.autoscaling.targetMemoryUtilizationPercentage)) }}
{{- if or (kindIs "invalid" .Values.backend.resources.requests.memory) (eq (toString .Values.backend.resources.requests.memory) "") }}
{{- $broken = append $broken
    (printf "%s is not set: autoscaling measures memory against the request; set one, or targetMemoryUtilizationPercentage to null" "backend.resources.requests.memory") }}
{{- end }}
{{- end }}
{{- if and (not (kindIs "invalid" .Values.backend.resources.limits.cpu)) (not (kindIs "invalid" .Values.backend.resources.requests.cpu)) }}
{{- if lt (include "todo-chatbot.quantity" .Values.backend.resources.limits.cpu | float64) (include "todo-chatbot.quantity" .Values.backend.resources.requests.cpu | float64) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s (%s): Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null"
      "backend.resources.limits.cpu" (.Values.backend.resources.limits.cpu | toJson) "backend.resources.requests.cpu" (.Values.backend.resources.requests.cpu | toJson)) }}
{{- end }}
{{- end }}
{{- if and (not (kindIs "invalid" .Values.backend.resources.limits.memory)) (not (kindIs "invalid" .Values.backend.resources.requests.memory)) }}
{{- if lt (include "todo-chatbot.quantity" .Values.backend.resources.limits.memory | float64) (include "todo-chatbot.quantity" .Values.backend.resources.requests.memory | float64) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s (%s): Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null"
      "backend.resources.limits.memory" (.Values.backend.resources.limits.memory | toJson) "backend.resources.requests.memory" (.Values.backend.resources.requests.memory | toJson)) }}
{{- end }}
{{- end }}
{{- if and (not (kindIs "invalid" (index .Values.backend.resources.limits "ephemeral-storage"))) (not (kindIs "invalid" (index .Values.backend.resources.requests "ephemeral-storage"))) }}
{{- if lt (include "todo-chatbot.quantity" (index .Values.backend.resources.limits "ephemeral-storage") | float64) (include "todo-chatbot.quantity" (index .Values.backend.resources.requests "ephemeral-storage") | float64) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s (%s): Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null"
      "backend.resources.limits.ephemeral-storage" ((index .Values.backend.resources.limits "ephemeral-storage") | toJson) "backend.resources.requests.ephemeral-storage" ((index .Values.backend.resources.requests "ephemeral-storage") | toJson)) }}
{{- end }}
{{- end }}
{{- if not (kindIs "invalid" .Values.backend.preStopSleepSeconds) }}
{{- if ge (float64 (add .Values.backend.preStopSleepSeconds .Values.backend.drainSeconds)) (float64 .Values.backend.terminationGracePeriodSeconds) }}
{{- $broken = append $broken
    (printf "%s (%s) must be less than %s (%s): a stopping pod would be killed before its requests are finished; raise the grace period"
      "backend.preStopSleepSeconds + backend.drainSeconds" ((add .Values.backend.preStopSleepSeconds .Values.backend.drainSeconds) | toJson) "backend.terminationGracePeriodSeconds" (.Values.backend.terminationGracePeriodSeconds | toJson)) }}
{{- end }}
{{- end }}
{{- if kindIs "invalid" .Values.backend.preStopSleepSeconds }}
{{- if ge (float64 .Values.backend.drainSeconds) (float64 .Values.backend.terminationGracePeriodSeconds) }}
{{- $broken = append $broken
    (printf "%s (%s) must be less than %s (%s): a stopping pod would be killed before its requests are finished; raise the grace period"
      "backend.drainSeconds" (.Values.backend.drainSeconds | toJson) "backend.terminationGracePeriodSeconds" (.Values.backend.terminationGracePeriodSeconds | toJson)) }}
{{- end }}
{{- end }}
{{- if ge (float64 .Values.backend.minReadySeconds) (float64 .Values.backend.progressDeadlineSeconds) }}
{{- $broken = append $broken
    (printf "%s (%s) must be less than %s (%s): a rollout would fail before its first pod counts; raise the deadline"
      "backend.minReadySeconds" (.Values.backend.minReadySeconds | toJson) "backend.progressDeadlineSeconds" (.Values.backend.progressDeadlineSeconds | toJson)) }}
{{- end }}
{{- if .Values.frontend.autoscaling.enabled }}
{{- if lt (float64 (ternary .Values.frontend.replicaCount .Values.frontend.autoscaling.minReplicas (kindIs "invalid" .Values.frontend.autoscaling.minReplicas))) (float64 1) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s: autoscaling cannot start from no pods; raise replicaCount, or switch autoscaling off"
      (ternary "frontend.replicaCount" "frontend.autoscaling.minReplicas" (kindIs "invalid" .Values.frontend.autoscaling.minReplicas)) ((ternary .Values.frontend.replicaCount .Values.frontend.autoscaling.minReplicas (kindIs "invalid" .Values.frontend.autoscaling.minReplicas)) | toJson) (1 | toJson)) }}
{{- end }}
{{- end }}
{{- if .Values.frontend.autoscaling.enabled }}
{{- if lt (float64 .Values.frontend.autoscaling.maxReplicas) (float64 (ternary .Values.frontend.replicaCount .Values.frontend.autoscaling.minReplicas (kindIs "invalid" .Values.frontend.autoscaling.minReplicas))) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s (%s): autoscaling needs room above its least number of pods; raise maxReplicas, or lower the other"
      "frontend.autoscaling.maxReplicas" (.Values.frontend.autoscaling.maxReplicas | toJson) (ternary "frontend.replicaCount" "frontend.autoscaling.minReplicas" (kindIs "invalid" .Values.frontend.autoscaling.minReplicas)) ((ternary .Values.frontend.replicaCount .Values.frontend.autoscaling.minReplicas (kindIs "invalid" .Values.frontend.autoscaling.minReplicas)) | toJson)) }}
{{- end }}
{{- end }}
{{- if .Values.frontend.autoscaling.enabled }}
{{- if or (kindIs "invalid" .Values.frontend.resources.requests.cpu) (eq (toString .Values.frontend.resources.requests.cpu) "") }}
{{- $broken = append $broken
    (printf "%s is not set: autoscaling measures CPU against the request; set one, or switch autoscaling off" "frontend.resources.requests.cpu") }}
{{- end }}
{{- end }}
{{- if and (.Values.frontend.autoscaling.enabled) (not (kindIs "invalid" .Values.frontend.autoscaling.targetMemoryUtilizationPercentage)) }}
{{- if or (kindIs "invalid" .Values.frontend.resources.requests.memory) (eq (toString .Values.frontend.resources.requests.memory) "") }}
{{- $broken = append $broken
    (printf "%s is not set: autoscaling measures memory against the request; set one, or targetMemoryUtilizationPercentage to null" "frontend.resources.requests.memory") }}
{{- end }}
{{- end }}
{{- if and (not (kindIs "invalid" .Values.frontend.resources.limits.cpu)) (not (kindIs "invalid" .Values.frontend.resources.requests.cpu)) }}
{{- if lt (include "todo-chatbot.quantity" .Values.frontend.resources.limits.cpu | float64) (include "todo-chatbot.quantity" .Values.frontend.resources.requests.cpu | float64) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s (%s): Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null"
      "frontend.resources.limits.cpu" (.Values.frontend.resources.limits.cpu | toJson) "frontend.resources.requests.cpu" (.Values.frontend.resources.requests.cpu | toJson)) }}
{{- end }}
{{- end }}
{{- if and (not (kindIs "invalid" .Values.frontend.resources.limits.memory)) (not (kindIs "invalid" .Values.frontend.resources.requests.memory)) }}
{{- if lt (include "todo-chatbot.quantity" .Values.frontend.resources.limits.memory | float64) (include "todo-chatbot.quantity" .Values.frontend.resources.requests.memory | float64) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s (%s): Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null"
      "frontend.resources.limits.memory" (.Values.frontend.resources.limits.memory | toJson) "frontend.resources.requests.memory" (.Values.frontend.resources.requests.memory | toJson)) }}
{{- end }}
{{- end }}
{{- if and (not (kindIs "invalid" (index .Values.frontend.resources.limits "ephemeral-storage"))) (not (kindIs "invalid" (index .Values.frontend.resources.requests "ephemeral-storage"))) }}
{{- if lt (include "todo-chatbot.quantity" (index .Values.frontend.resources.limits "ephemeral-storage") | float64) (include "todo-chatbot.quantity" (index .Values.frontend.resources.requests "ephemeral-storage") | float64) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s (%s): Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null"
      "frontend.resources.limits.ephemeral-storage" ((index .Values.frontend.resources.limits "ephemeral-storage") | toJson) "frontend.resources.requests.ephemeral-storage" ((index .Values.frontend.resources.requests "ephemeral-storage") | toJson)) }}
{{- end }}
{{- end }}
{{- if not (kindIs "invalid" .Values.frontend.preStopSleepSeconds) }}
{{- if ge (float64 (add .Values.frontend.preStopSleepSeconds .Values.frontend.drainSeconds)) (float64 .Values.frontend.terminationGracePeriodSeconds) }}
{{- $broken = append $broken
    (printf "%s (%s) must be less than %s (%s): a stopping pod would be killed before its requests are finished; raise the grace period"
      "frontend.preStopSleepSeconds + frontend.drainSeconds" ((add .Values.frontend.preStopSleepSeconds .Values.frontend.drainSeconds) | toJson) "frontend.terminationGracePeriodSeconds" (.Values.frontend.terminationGracePeriodSeconds | toJson)) }}
{{- end }}
{{- end }}
{{- if kindIs "invalid" .Values.frontend.preStopSleepSeconds }}
{{- if ge (float64 .Values.frontend.drainSeconds) (float64 .Values.frontend.terminationGracePeriodSeconds) }}
{{- $broken = append $broken
    (printf "%s (%s) must be less than %s (%s): a stopping pod would be killed before its requests are finished; raise the grace period"
      "frontend.drainSeconds" (.Values.frontend.drainSeconds | toJson) "frontend.terminationGracePeriodSeconds" (.Values.frontend.terminationGracePeriodSeconds | toJson)) }}
{{- end }}
{{- end }}
{{- if ge (float64 .Values.frontend.minReadySeconds) (float64 .Values.frontend.progressDeadlineSeconds) }}
{{- $broken = append $broken
    (printf "%s (%s) must be less than %s (%s): a rollout would fail before its first pod counts; raise the deadline"
      "frontend.minReadySeconds" (.Values.frontend.minReadySeconds | toJson) "frontend.progressDeadlineSeconds" (.Values.frontend.progressDeadlineSeconds | toJson)) }}
{{- end }}
{{- if and (.Values.database.enabled) (not (kindIs "invalid" .Values.database.resources.limits.cpu)) (not (kindIs "invalid" .Values.database.resources.requests.cpu)) }}
{{- if lt (include "todo-chatbot.quantity" .Values.database.resources.limits.cpu | float64) (include "todo-chatbot.quantity" .Values.database.resources.requests.cpu | float64) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s (%s): Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null"
      "database.resources.limits.cpu" (.Values.database.resources.limits.cpu | toJson) "database.resources.requests.cpu" (.Values.database.resources.requests.cpu | toJson)) }}
{{- end }}
{{- end }}
{{- if and (.Values.database.enabled) (not (kindIs "invalid" .Values.database.resources.limits.memory)) (not (kindIs "invalid" .Values.database.resources.requests.memory)) }}
{{- if lt (include "todo-chatbot.quantity" .Values.database.resources.limits.memory | float64) (include "todo-chatbot.quantity" .Values.database.resources.requests.memory | float64) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s (%s): Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null"
      "database.resources.limits.memory" (.Values.database.resources.limits.memory | toJson) "database.resources.requests.memory" (.Values.database.resources.requests.memory | toJson)) }}
{{- end }}
{{- end }}
{{- if and (.Values.database.enabled) (not (kindIs "invalid" (index .Values.database.resources.limits "ephemeral-storage"))) (not (kindIs "invalid" (index .Values.database.resources.requests "ephemeral-storage"))) }}
{{- if lt (include "todo-chatbot.quantity" (index .Values.database.resources.limits "ephemeral-storage") | float64) (include "todo-chatbot.quantity" (index .Values.database.resources.requests "ephemeral-storage") | float64) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at least %s (%s): Kubernetes refuses a request above its limit; raise the limit, lower the request, or set one to null"
      "database.resources.limits.ephemeral-storage" ((index .Values.database.resources.limits "ephemeral-storage") | toJson) "database.resources.requests.ephemeral-storage" ((index .Values.database.resources.requests "ephemeral-storage") | toJson)) }}
{{- end }}
{{- end }}
{{- if and (eq .Values.backend.service.type "NodePort") (eq .Values.frontend.service.type "NodePort") (not (kindIs "invalid" .Values.backend.service.nodePort)) (not (kindIs "invalid" .Values.frontend.service.nodePort)) }}
{{- if eq (float64 .Values.backend.service.nodePort) (float64 .Values.frontend.service.nodePort) }}
{{- $broken = append $broken
    (printf "%s (%s) must be different from %s (%s): two Services cannot have the same node port; change one, or set it to null for a free one"
      "backend.service.nodePort" (.Values.backend.service.nodePort | toJson) "frontend.service.nodePort" (.Values.frontend.service.nodePort | toJson)) }}
{{- end }}
{{- end }}
{{- if eq .Values.routing.type "gateway" "ingress" }}
{{- if or (kindIs "invalid" .Values.routing.host) (eq (toString .Values.routing.host) "") }}
{{- $broken = append $broken
    (printf "%s is not set: a route needs a host name; set routing.host, or routing.type to none" "routing.host") }}
{{- end }}
{{- end }}
{{- if and (not .Values.database.enabled) (not .Values.secret.externalSecret.enabled) }}
{{- if or (kindIs "invalid" .Values.secret.existingSecret) (eq (toString .Values.secret.existingSecret) "") }}
{{- $broken = append $broken
    (printf "%s is not set: only you know the address of a database elsewhere; put DATABASE_URL into a Secret and name it here, or set secret.externalSecret.enabled to true" "secret.existingSecret") }}
{{- end }}
{{- end }}
{{- if .Values.monitoring.serviceMonitor.enabled }}
{{- if gt (include "todo-chatbot.duration" .Values.monitoring.serviceMonitor.scrapeTimeout | float64) (include "todo-chatbot.duration" .Values.monitoring.serviceMonitor.interval | float64) }}
{{- $broken = append $broken
    (printf "%s (%s) must be at most %s (%s): Prometheus refuses a reading that may last longer than the time until the next one"
      "monitoring.serviceMonitor.scrapeTimeout" (.Values.monitoring.serviceMonitor.scrapeTimeout | toJson) "monitoring.serviceMonitor.interval" (.Values.monitoring.serviceMonitor.interval | toJson)) }}
{{- end }}
{{- end }}
{{- if $broken }}
{{- fail (printf "\n%s" (join "\n" $broken)) }}
{{- end }}
{{- end }}

{{/*
A Kubernetes quantity as a number.
*/}}
{{- define "todo-chatbot.quantity" -}}
{{- $text := kindIs "string" . | ternary . (toJson .) }}
{{- $number := regexFind "^[+-]?[0-9.]+([eE][+-]?[0-9]+)?" $text }}
{{- $units := dict "n" 1e-9 "u" 0.000001 "m" 0.001 "" 1.0 "k" 1000.0 "M" 1000000.0 "G" 1000000000.0 "T" 1000000000000.0 "P" 1000000000000000.0 "E" 1000000000000000000.0
    "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606847000.0 }}
{{- mulf $number (get $units (trimPrefix $number $text)) }}
{{- end }}

{{/*
A duration such as 1m30s, in seconds.
*/}}
{{- define "todo-chatbot.duration" -}}
{{- $seconds := 0 }}
{{- $units := dict "ms" 0.001 "s" 1 "m" 60 "h" 3600 "d" 86400 }}
{{- if not (kindIs "string" .) }}{{ $seconds = . }}{{ end }}
{{- range regexFindAll "[0-9.]+(ms|[smhd])" (kindIs "string" . | ternary . "") -1 }}
{{- $number := regexFind "^[0-9.]+" . }}
{{- $seconds = addf $seconds (mulf $number (get $units (trimPrefix $number .))) }}
{{- end }}
{{- $seconds }}
{{- end }}
