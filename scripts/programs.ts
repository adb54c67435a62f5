import type { Chart } from 'cdk8s';
import { defineProgram, type Release } from '../chart/program.ts';
import type { AppLabels } from '../constructs/labels.ts';
import { Todo } from '../constructs/todo.ts';
import { APP_VERSION, type Preset, presets } from '../values/presets.ts';
import { profiles } from '../values/profiles.ts';
import { rules } from '../values/rules.ts';
import { schemaFor, type Values } from '../values/schema.ts';
import { BACKEND_TEST, FIRST_INSTALL_SECRET, HelmTests } from './helm-only.ts';

/** The program of a preset: its chart, and what is in it. */
export function todoProgram(preset: Preset) {
  return defineProgram({
    name: preset.name,
    version: preset.version,
    appVersion: preset.appVersion,
    description: preset.description,
    // preStop.sleep is on by default from 1.30.
    kubeVersion: '>=1.30.0-0',
    keywords: ['todo', 'chatbot', 'fastapi', 'nextjs', 'postgresql', 'cdk8s'],
    maintainers: [{ name: 'todo-infra maintainers' }],
    annotations: {
      'artifacthub.io/category': 'skip-prediction',
      'artifacthub.io/license': 'Apache-2.0',
    },
    readme: readme(preset),
    values: schemaFor(preset.defaults),
    rules,
    profiles,
    notes,
    templates: { 'secret.yaml': FIRST_INSTALL_SECRET },
    build,
  });
}

/** One function for all presets, so that they are explored once. */
function build(chart: Chart, values: Values, release: Release): void {
  const app: AppLabels = { instance: release.name, version: APP_VERSION, common: values.commonLabels };
  const { enabled } = values.tests;
  new Todo(chart, 'todo', { values, app, backendClients: enabled ? [BACKEND_TEST] : [] });
  if (enabled) new HelmTests(chart, 'test', { values, app });
}

export type TodoProgram = ReturnType<typeof todoProgram>;

/** One program for each preset. */
export const programs = presets.map(todoProgram);

/** What the plain manifests need before they are applied: the Secret, which the chart makes by itself. */
export function credentialsNeeded({ secret, database }: Values, namespace: string): string {
  if (secret.externalSecret.enabled) return '';
  const keys = ['DATABASE_URL', 'BETTER_AUTH_SECRET', ...(database.enabled ? ['POSTGRES_PASSWORD'] : [])];
  return `They need a Secret first, with ${keys.join(', ')}; put them into a file .env, as NAME=value, and run:
  kubectl create secret generic ${secret.existingSecret ?? secret.name} --namespace ${namespace} --from-env-file=.env`;
}

function readme({ name, description, namespace, defaults }: Preset): string {
  return `${description}

    helm install ${name} . --namespace ${namespace} --create-namespace

Nothing has to be done before: credentials are made at the first install, into Secret \`${defaults.secret.name}\`, and
stay when you uninstall, as the database's volume does. To use credentials of your own, put them into a Secret and name
it in \`secret.existingSecret\`. Argo CD and others that render without a cluster need that, too: they would make new
credentials each time.

| Values file | For |
| --- | --- |
| none | Minikube |
| \`values-local.yaml\` | Minikube with images that were loaded: nothing is pulled |
| \`values-cluster.yaml\` | a real cluster: a registry, an Ingress with TLS, database and Secret from elsewhere |

For the Gateway API instead of an Ingress, set \`routing.type\` to \`gateway\` and \`routing.parentRefs\` to your Gateway.
`;
}

function notes(values: Values, release: Release): string {
  return `${release.name} is in namespace ${release.namespace}.

${address(values, release)}

${credentials(values, release)}

Check that it works:
  helm test ${release.name} --namespace ${release.namespace}
`;
}

function address({ routing, frontend }: Values, { namespace }: Release): string {
  const { type, port } = frontend.service;
  if (routing.type === 'ingress') return `Open ${routing.tls.enabled ? 'https' : 'http'}://${routing.host}`;
  if (routing.type === 'gateway') return `Open ${routing.host} by the protocol of your Gateway's listener.`;
  if (type === 'NodePort') {
    return `Open the address that this prints on Minikube (keep it running):
  minikube service todo-frontend --namespace ${namespace} --url`;
  }
  if (type === 'LoadBalancer') {
    return `Open port ${port} of the EXTERNAL-IP that this prints, once it has one:
  kubectl get service todo-frontend --namespace ${namespace}`;
  }
  return `Open http://localhost:8080 while this runs:
  kubectl port-forward service/todo-frontend 8080:${port} --namespace ${namespace}`;
}

function credentials({ secret }: Values, { namespace }: Release): string {
  if (secret.externalSecret.enabled) {
    return `Credentials come from ${secret.externalSecret.storeKind} ${secret.externalSecret.storeName}, key ${secret.externalSecret.remoteKey}.`;
  }
  if (secret.existingSecret !== null) {
    return `Credentials come from Secret ${secret.existingSecret}, which needs DATABASE_URL and BETTER_AUTH_SECRET.`;
  }
  return `Credentials are in Secret ${secret.name}. It was made at the first install and stays when you uninstall.
To chat with a language model, add your key and restart the backend:
  kubectl edit secret ${secret.name} --namespace ${namespace}    # stringData: OPENAI_API_KEY
  kubectl rollout restart deployment/todo-backend --namespace ${namespace}`;
}
