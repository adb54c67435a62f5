import { Construct } from 'constructs';
import { ComponentPolicy, podsOf, tcp, toDns } from '../constructs/component-policy.ts';
import { HttpCheck } from '../constructs/http-check.ts';
import { type AppLabels, BACKEND, type Component, FRONTEND } from '../constructs/labels.ts';
import type { Values } from '../values/schema.ts';

/** Asks for the backend's health. */
export const BACKEND_TEST: Component = { name: 'todo-backend-test', component: 'test' };
/** Asks for the frontend's page. */
export const FRONTEND_TEST: Component = { name: 'todo-frontend-test', component: 'test' };

const TEST = { 'helm.sh/hook': 'test' };
/** Kept until the next run, so that the logs can be read. */
const KEPT = { ...TEST, 'helm.sh/hook-delete-policy': 'before-hook-creation' };
const REMOVED = { ...TEST, 'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded' };

/** The pods that `helm test` runs, with the connections that they need. */
export class HelmTests extends Construct {
  constructor(scope: Construct, id: string, { values, app }: { values: Values; app: AppLabels }) {
    super(scope, id);
    const { backend, frontend, tests, networkPolicy, imagePullSecrets } = values;
    const dns = toDns(networkPolicy.dnsPort);
    const common = { app, image: tests.image, imagePullSecrets, annotations: KEPT };

    new HttpCheck(this, 'backend', {
      ...common,
      component: BACKEND_TEST,
      url: `http://${BACKEND.name}:${backend.service.port}${backend.readinessProbe.path}`,
    });
    new HttpCheck(this, 'frontend', {
      ...common,
      component: FRONTEND_TEST,
      url: `http://${FRONTEND.name}:${frontend.service.port}${frontend.readinessProbe.path}`,
    });
    if (networkPolicy.enabled) {
      new ComponentPolicy(this, 'backend-network-policy', {
        app,
        component: BACKEND_TEST,
        annotations: REMOVED,
        ingress: [],
        egress: [dns, { to: [podsOf(app, BACKEND)], ports: [tcp(backend.containerPort)] }],
      });
      new ComponentPolicy(this, 'frontend-network-policy', {
        app,
        component: FRONTEND_TEST,
        annotations: REMOVED,
        ingress: [],
        egress: [dns, { to: [podsOf(app, FRONTEND)], ports: [tcp(frontend.containerPort)] }],
      });
    }
  }
}

/**
 * The Secret of the first install, with credentials that nobody has to think of. It is a hook, so that an upgrade
 * never writes it again and an uninstall leaves it, as it leaves the database's volume. Once it is there nothing
 * is rendered, so that what is in it never gets into a release.
 */
export const FIRST_INSTALL_SECRET = `{{- /*
Credentials for a start without any preparation. Not made when secret.existingSecret names a Secret, nor when an
ExternalSecret fills one. A Secret that is there is kept as it is: nothing is rendered then.
*/ -}}
{{- $secret := .Values.secret }}
{{- if not (or $secret.existingSecret $secret.externalSecret.enabled) }}
{{- $found := lookup "v1" "Secret" .Release.Namespace $secret.name }}
{{- if $found }}
{{- range $key := list "DATABASE_URL" "POSTGRES_PASSWORD" "BETTER_AUTH_SECRET" }}
{{- if not (hasKey ($found.data | default dict) $key) }}
{{- fail (printf "Secret %s in namespace %s has no key %s: add it, or name another Secret in secret.existingSecret" $secret.name $.Release.Namespace $key) }}
{{- end }}
{{- end }}
{{- else }}
{{- $database := .Values.database }}
{{- $password := randAlphaNum 32 }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ $secret.name | quote }}
  labels:
    {{- merge (dict
          "app.kubernetes.io/name" "todo-secret"
          "app.kubernetes.io/instance" .Release.Name
          "app.kubernetes.io/component" "secret"
          "app.kubernetes.io/version" .Chart.AppVersion
          "app.kubernetes.io/part-of" "todo"
        ) .Values.commonLabels | toYaml | nindent 4 }}
  annotations:
    # A hook is no part of the release: neither an upgrade nor an uninstall touches it.
    helm.sh/hook: "pre-install,pre-upgrade"
    # The default would first delete a Secret of this name.
    helm.sh/hook-delete-policy: "hook-failed"
    helm.sh/resource-policy: "keep"
type: Opaque
stringData:
  POSTGRES_PASSWORD: {{ $password | quote }}
  DATABASE_URL: {{ printf "postgresql://%s:%s@todo-db:5432/%s" $database.user $password $database.name | quote }}
  BETTER_AUTH_SECRET: {{ randAlphaNum 48 | quote }}
{{- end }}
{{- end }}
`;
