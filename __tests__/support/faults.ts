/** Faults that are planted into a namespace of their own, each as small as it can be. */

/** An object as it is given to the API server. */
export interface PlantedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

export interface Fault {
  readonly objects: readonly PlantedObject[];
  /** Applied when `when` is there. */
  readonly after?: { readonly when: string; readonly objects: readonly PlantedObject[] };
  /** What the cluster's objects, as JSON, hold as soon as the fault shows. */
  readonly until: string;
  /** Milliseconds after that, for what is told a little later, or by logs alone. @default 1500 */
  readonly settle?: number;
}

export interface FaultOptions {
  /** A registry that holds nothing. */
  readonly emptyRegistry?: string;
  /** A registry that lets nobody in. */
  readonly closedRegistry?: string;
  /** The image of the backend. */
  readonly backendImage?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Busybox, under a name and an id of its own, so that no other test takes it from the node. */
export const FAULT_IMAGE = 'fault-web:1.0.0';
/** An image whose user is a name and no number. */
export const NAMED_USER_IMAGE = 'fault-user:1.0.0';
const SLEEP = ['sleep', '3600'];

export function faults(options: FaultOptions = {}) {
  const empty = options.emptyRegistry ?? '127.0.0.1:5000';
  const closed = options.closedRegistry ?? '127.0.0.1:5001';
  const backend = options.backendImage ?? 'hackathon-todo-backend:1.0.0';
  return {
    'never-pull': fault(
      deployment({ image: 'not-loaded:1.0.0', imagePullPolicy: 'Never' }, { replicas: 2 }),
      'ErrImageNeverPull',
    ),
    'image-not-found': fault(deployment({ image: `${empty}/team/web:v9` }), 'ImagePullBackOff'),
    'image-unauthorised': fault(deployment({ image: `${closed}/team/web:v9` }), 'ImagePullBackOff'),
    'registry-unknown': fault(deployment({ image: 'registry.invalid/team/web:v9' }), 'ImagePullBackOff'),
    'registry-refuses': fault(deployment({ image: '127.0.0.1:1/team/web:v9' }), 'ImagePullBackOff'),
    'local-name-not-loaded': fault(deployment({ image: 'todo-web:c-0123456789ab' }), 'ImagePullBackOff'),
    'always-local': fault(deployment({ image: FAULT_IMAGE, imagePullPolicy: 'Always' }), 'ImagePullBackOff'),
    'invalid-image-name': fault(deployment({ image: 'Team/Web:v9' }), 'InvalidImageName'),

    'missing-secret': fault(
      deployment({ envFrom: [{ secretRef: { name: 'web-secret' } }] }, { replicas: 2 }),
      'CreateContainerConfigError',
    ),
    'missing-key': fault(
      [
        secret('web-secret', { DATABASE_URL: 'postgresql://db', OTHER: 'x' }),
        ...deployment({
          env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'web-secret', key: 'DATABASE-URL' } } }],
        }),
      ],
      'CreateContainerConfigError',
    ),
    'missing-config-map': fault(
      deployment({ envFrom: [{ configMapRef: { name: 'web-config' } }] }),
      'CreateContainerConfigError',
    ),
    'missing-volume-secret': fault(
      deployment(
        { volumeMounts: [{ name: 'tls', mountPath: '/tls' }] },
        { volumes: [{ name: 'tls', secret: { secretName: 'web-tls' } }] },
      ),
      'FailedMount',
    ),
    'missing-volume-key': fault(
      [
        secret('web-tls', { 'tls.crt': 'x' }),
        ...deployment(
          { volumeMounts: [{ name: 'tls', mountPath: '/tls' }] },
          { volumes: [{ name: 'tls', secret: { secretName: 'web-tls', items: [{ key: 'tls.key', path: 'key' }] } }] },
        ),
      ],
      'FailedMount',
    ),
    'runs-as-root': fault(deployment({ securityContext: { runAsNonRoot: true } }), 'CreateContainerConfigError'),
    'named-user': fault(
      deployment({ image: NAMED_USER_IMAGE, securityContext: { runAsNonRoot: true } }),
      'CreateContainerConfigError',
    ),

    'command-not-found': fault(deployment({ command: ['serve-web', '--port=80'] }), 'Back-off restarting'),
    'command-not-executable': fault(deployment({ command: ['/etc/passwd'] }), 'Back-off restarting'),
    'exec-format': fault(
      [
        configMap('program', { run: 'not a program' }),
        ...deployment(
          { command: ['/program/run'], volumeMounts: [{ name: 'program', mountPath: '/program' }] },
          { volumes: [{ name: 'program', configMap: { name: 'program', defaultMode: 0o555 } }] },
        ),
      ],
      'Back-off restarting',
    ),
    'exit-127': fault(deployment(shell('serve-web --port=80')), 'Back-off restarting'),
    'exit-126': fault(deployment(shell('/etc/passwd')), 'Back-off restarting'),
    crash: fault(
      deployment(shell('echo starting; echo "Error: PORT is not a number" >&2; exit 1'), { replicas: 2 }),
      'Back-off restarting',
    ),
    'first-crash': fault(deployment(shell('echo starting; sleep 2; exit 1')), '"restartCount":1'),
    'ends-well': fault(deployment(shell('echo done')), 'Back-off restarting'),
    'killed-by-itself': fault(deployment(shell('sh -c "kill -9 \\$\\$"; exit $?')), 'Back-off restarting'),
    segfault: fault(deployment(shell('sh -c "kill -11 \\$\\$"; exit $?')), 'Back-off restarting'),
    terminated: fault(deployment(shell('exit 143')), 'Back-off restarting'),
    'out-of-memory': fault(deployment(outOfMemory('tail /dev/zero')), 'Back-off restarting'),
    'out-of-memory-once': fault(
      deployment(
        { ...outOfMemory('[ -e /kept/x ] && sleep 3600; touch /kept/x; tail /dev/zero'), ...mountedScratch('/kept') },
        scratch('kept'),
      ),
      '"restartCount":1',
    ),
    'init-crash': fault(
      deployment(
        { command: SLEEP },
        { initContainers: [container(shell('echo "migration failed"; exit 3'), 'migrate')] },
      ),
      'Back-off restarting',
    ),
    'bad-mount': fault(
      deployment({ command: SLEEP, ...mountedScratch('/etc/passwd/x') }, scratch('kept')),
      'RunContainerError',
    ),
    'read-only': fault(
      deployment({ ...shell('echo x > /var/cache.txt'), securityContext: { readOnlyRootFilesystem: true } }),
      'Back-off restarting',
    ),
    'no-permission': fault(
      deployment({ ...shell('echo x > /etc/web.conf'), securityContext: { runAsUser: 10001 } }),
      'Back-off restarting',
    ),
    'low-port': fault(
      deployment({
        command: ['httpd', '-f', '-p', '80'],
        securityContext: { runAsUser: 10001, capabilities: { drop: ['ALL'] } },
      }),
      'Back-off restarting',
    ),
    'restarts-while-ready': fault(
      deployment(
        { ...shell('[ -e /kept/x ] && sleep 3600; touch /kept/x; exit 2'), ...mountedScratch('/kept') },
        scratch('kept'),
      ),
      '"restartCount":1,"started":true',
    ),

    'readiness-500': fault(deployment(httpd({ readinessProbe: http('/cgi-bin/broken') })), 'statuscode: 50'),
    'readiness-404': fault(deployment(httpd({ readinessProbe: http('/healthz') })), 'statuscode: 404'),
    'readiness-refused': fault(
      deployment(httpd({ readinessProbe: http('/', 8081) }, 'echo "listening on port 8080"; ')),
      'connection refused',
    ),
    'readiness-slow': fault(
      deployment({ command: SLEEP, readinessProbe: { exec: { command: ['sleep', '5'] }, periodSeconds: 1 } }),
      'timed out',
    ),
    'readiness-command': fault(
      deployment({
        command: SLEEP,
        readinessProbe: { exec: { command: ['sh', '-c', 'echo "no leader yet"; exit 1'] }, periodSeconds: 1 },
      }),
      'Readiness probe failed: no leader yet',
    ),
    'liveness-404': fault(
      deployment(httpd({ livenessProbe: { ...http('/healthz'), failureThreshold: 2 } }), {
        terminationGracePeriodSeconds: 1,
      }),
      '"restartCount":2',
    ),
    'startup-too-slow': fault(
      deployment(
        { ...shell('sleep 3600'), startupProbe: { ...http('/'), failureThreshold: 2 } },
        { terminationGracePeriodSeconds: 1 },
      ),
      '"restartCount":1',
    ),

    'too-much-memory': fault(
      deployment({ command: SLEEP, resources: { requests: { memory: '100Gi' } } }),
      'FailedScheduling',
    ),
    'too-much-cpu': fault(
      deployment({ command: SLEEP, resources: { requests: { cpu: '1900m' } } }, { replicas: 2 }),
      'FailedScheduling',
    ),
    'no-such-node': fault(
      deployment({ command: SLEEP }, { nodeSelector: { 'node.example.com/disk': 'ssd' } }),
      'FailedScheduling',
    ),
    'anti-affinity': fault(
      deployment(
        { command: SLEEP },
        {
          replicas: 2,
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' },
              ],
            },
          },
        },
      ),
      'FailedScheduling',
    ),
    quota: fault(
      [
        {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'team' },
          spec: { hard: { 'requests.memory': '100Mi' } },
        },
        ...deployment({ command: SLEEP, resources: { requests: { memory: '64Mi' } } }, { replicas: 2 }),
      ],
      'exceeded quota',
    ),
    'quota-wants-requests': fault(
      [
        {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'team' },
          spec: { hard: { 'limits.memory': '1Gi' } },
        },
        ...deployment({ command: SLEEP }),
      ],
      'must specify limits.memory',
    ),
    'limit-range': fault(
      [
        {
          apiVersion: 'v1',
          kind: 'LimitRange',
          metadata: { name: 'team' },
          spec: { limits: [{ type: 'Container', max: { memory: '256Mi' } }] },
        },
        ...deployment({ command: SLEEP, resources: { limits: { memory: '512Mi' }, requests: { memory: '64Mi' } } }),
      ],
      'maximum memory usage',
    ),
    'no-service-account': fault(deployment({ command: SLEEP }, { serviceAccountName: 'web' }), 'FailedCreate'),

    'unknown-storage-class': fault(statefulSet('fast-ssd'), 'ProvisioningFailed'),
    'no-storage-class': fault(statefulSet(''), 'FailedBinding'),

    'no-request': fault([...deployment({ command: SLEEP, resources: {} }), autoscaler()], 'missing request'),
    'not-yet-sampled': fault([...deployment({ command: SLEEP }), autoscaler()], 'FailedGetResourceMetric'),
    'no-scale-target': fault([autoscaler()], 'FailedGetScale'),

    'service-selects-nothing': fault(
      [...deployment({ command: SLEEP }), service({ app: 'webb' })],
      '"availableReplicas":1',
    ),
    'service-port-name': fault(
      [...deployment({ command: SLEEP }), service({ app: 'web' }, 'https')],
      '"availableReplicas":1',
    ),
    'service-behind-crash': fault(
      [...deployment(shell('echo "Error: no"; exit 1'), { replicas: 2 }), service({ app: 'web' })],
      'Back-off restarting',
    ),
    'progress-deadline': fault(
      deployment(
        { command: SLEEP, readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } },
        {},
        {
          progressDeadlineSeconds: 8,
        },
      ),
      'ProgressDeadlineExceeded',
    ),
    'bad-over-good': {
      objects: deployment(httpd({ readinessProbe: http('/') }), { replicas: 2 }),
      after: {
        when: '"readyReplicas":2',
        objects: deployment(httpd({ readinessProbe: http('/'), image: 'not-loaded:2.0.0', imagePullPolicy: 'Never' }), {
          replicas: 2,
        }),
      },
      until: 'ErrImageNeverPull',
    },
    'good-over-bad': {
      objects: deployment({ image: 'not-loaded:1.0.0', imagePullPolicy: 'Never' }, { replicas: 2 }),
      after: { when: 'ErrImageNeverPull', objects: deployment(httpd({ readinessProbe: http('/') }), { replicas: 2 }) },
      until: '"updatedReplicas":1',
    },
    'stateful-set-stuck': {
      objects: [headless(), ...stateful({ image: 'not-loaded:1.0.0', imagePullPolicy: 'Never' })],
      after: { when: 'ErrImageNeverPull', objects: stateful({ command: SLEEP }) },
      until: '"observedGeneration":2',
    },

    'database-host': fault(app(backend, 'postgresql://todo:pw@todo-database:5432/todo'), 'statuscode: 503'),
    'database-password': {
      ...fault([...postgres(), ...app(backend, 'postgresql://todo:wrong@todo-db:5432/todo')], 'statuscode: 503'),
      settle: 20_000,
    },
    'database-name': {
      ...fault([...postgres(), ...app(backend, 'postgresql://todo:pw@todo-db:5432/todos')], 'statuscode: 503'),
      settle: 20_000,
    },
    'database-url-scheme': fault(app(backend, 'mysql://todo:pw@todo-db/todo'), 'Back-off restarting'),
    'database-url-text': fault(app(backend, 'todo-db'), 'Back-off restarting'),
  } satisfies Record<string, Fault>;
}

/** Crashes once, as what it needs is not there yet; then it takes some seconds to begin. All of it is well in the end. */
export function slowStart(): PlantedObject[] {
  const needs = 'echo "connect ECONNREFUSED 10.0.0.1:5432"; touch /kept/x; exit 1';
  const [web] = deployment(
    {
      ...httpd({ readinessProbe: http('/') }, `[ -e /kept/x ] || { ${needs}; }; sleep 5; `),
      ...mountedScratch('/kept'),
    },
    scratch('kept'),
  );
  return [web!];
}

function fault(objects: readonly PlantedObject[], until: string): Fault {
  return { objects, until };
}

function deployment(
  containerFields: Fields,
  { replicas = 1, ...pod }: Fields & { readonly replicas?: number } = {},
  spec: Fields = {},
): PlantedObject[] {
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas,
        ...spec,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { terminationGracePeriodSeconds: 1, ...pod, containers: [container(containerFields, 'web')] },
        },
      },
    },
  ];
}

function stateful(fields: Fields): PlantedObject[] {
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        serviceName: 'web',
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { terminationGracePeriodSeconds: 1, containers: [container(fields, 'web')] },
        },
      },
    },
  ];
}

function statefulSet(storageClassName: string): PlantedObject[] {
  const [{ spec, ...set }] = stateful({ command: SLEEP, volumeMounts: [{ name: 'data', mountPath: '/data' }] }) as [
    PlantedObject & { spec: Fields },
  ];
  const claim = {
    metadata: { name: 'data', labels: { app: 'web' } },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Mi' } } },
  };
  return [headless(), { ...set, spec: { ...spec, volumeClaimTemplates: [claim] } }];
}

function container(fields: Fields, name: string): Fields {
  return {
    name,
    image: FAULT_IMAGE,
    imagePullPolicy: 'IfNotPresent',
    resources: { requests: { cpu: '5m', memory: '8Mi' } },
    ports: [{ name: 'http', containerPort: 8080 }],
    ...fields,
  };
}

function shell(script: string): Fields {
  return { command: ['sh', '-c', script] };
}

function outOfMemory(script: string): Fields {
  return { ...shell(script), resources: { requests: { cpu: '5m', memory: '8Mi' }, limits: { memory: '16Mi' } } };
}

/** A web server: `/` answers 200, `/cgi-bin/broken` 500, all else 404. */
function httpd(fields: Fields, before = ''): Fields {
  const broken = '#!/bin/sh\\nprintf "Status: 500 Broken\\\\r\\\\n\\\\r\\\\nno database\\\\n"\\n';
  const files = `mkdir -p /www/cgi-bin; echo ok > /www/index.html; printf '${broken}' > /www/cgi-bin/broken; chmod +x /www/cgi-bin/broken`;
  return { ...shell(`${files}; ${before}exec httpd -f -p 8080 -h /www`), ...fields };
}

function http(path: string, port: string | number = 'http'): Fields {
  return { httpGet: { path, port }, periodSeconds: 1, failureThreshold: 1 };
}

function mountedScratch(mountPath: string): Fields {
  return { volumeMounts: [{ name: 'kept', mountPath }] };
}

function scratch(name: string): Fields {
  return { volumes: [{ name, emptyDir: {} }] };
}

function secret(name: string, stringData: Readonly<Record<string, string>>): PlantedObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
}

function configMap(name: string, data: Readonly<Record<string, string>>): PlantedObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function service(selector: Readonly<Record<string, string>>, targetPort = 'http'): PlantedObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: { selector, ports: [{ port: 80, targetPort }] },
  };
}

function headless(): PlantedObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
  };
}

function autoscaler(): PlantedObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 2,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
  };
}

/** The backend with a connection string of its own. */
function app(image: string, url: string): PlantedObject[] {
  const [web] = deployment({
    image,
    imagePullPolicy: 'Never',
    env: [{ name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'todo-db-secret', key: 'DATABASE_URL' } } }],
    ports: [{ name: 'http', containerPort: 8000 }],
    readinessProbe: { httpGet: { path: '/api/health', port: 'http' }, periodSeconds: 3, timeoutSeconds: 2 },
    resources: { requests: { cpu: '20m', memory: '64Mi' } },
  });
  return [secret('todo-db-secret', { DATABASE_URL: url }), web!];
}

function postgres(): PlantedObject[] {
  const labels = { app: 'db' };
  const pod = container(
    {
      image: 'postgres:17',
      ports: [{ name: 'postgres', containerPort: 5432 }],
      env: [
        { name: 'POSTGRES_USER', value: 'todo' },
        { name: 'POSTGRES_DB', value: 'todo' },
        { name: 'POSTGRES_PASSWORD', value: 'pw' },
      ],
      readinessProbe: { exec: { command: ['pg_isready', '--host=127.0.0.1', '--username=todo'] }, periodSeconds: 1 },
      resources: { requests: { cpu: '20m', memory: '64Mi' } },
    },
    'postgres',
  );
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'todo-db', labels },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 5, containers: [pod] } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'todo-db', labels },
      spec: { selector: labels, ports: [{ port: 5432, targetPort: 'postgres' }] },
    },
  ];
}
