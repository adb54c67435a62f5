import { manifests } from '../../../chart/index.ts';
import { secretReferences } from '../../../scripts/apply/secret-references.ts';
import { programs } from '../../../scripts/programs.ts';

test('finds what the presets refer to', () => {
  const references = programs.flatMap((program) =>
    secretReferences(manifests(program, { release: { name: program.name, namespace: 'test' } })),
  );

  expect(references.map(({ by, secret, key }) => `${by} ${secret} ${key ?? 'as a whole'}`)).toEqual([
    'Deployment/todo-backend todo-db-secret as a whole',
    'StatefulSet/todo-db todo-db-secret POSTGRES_PASSWORD',
    'Deployment/todo-backend todo-backend-secret as a whole',
    'StatefulSet/todo-db todo-backend-secret POSTGRES_PASSWORD',
  ]);
});

const POD = {
  imagePullSecrets: [{ name: 'pull' }],
  initContainers: [{ name: 'i', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'key', key: 'a' } } }] }],
  containers: [
    {
      name: 'c',
      env: [
        { name: 'B', value: 'b' },
        { name: 'C', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'D', valueFrom: { secretKeyRef: { name: 'key', key: 'd', optional: true } } },
      ],
      envFrom: [{ configMapRef: { name: 'config' } }, { secretRef: { name: 'whole' } }],
    },
  ],
  volumes: [
    { name: 'scratch', emptyDir: {} },
    { name: 'files', secret: { secretName: 'files' } },
    { name: 'one-file', secret: { secretName: 'one-file', items: [{ key: 'tls.crt', path: 'x' }], optional: true } },
    {
      name: 'mixed',
      projected: { sources: [{ configMap: { name: 'config' } }, { secret: { name: 'mixed', items: [{ key: 'm' }] } }] },
    },
  ],
};
const EXPECTED = [
  { secret: 'key', key: 'a', optional: false, use: 'environment' },
  { secret: 'whole', key: undefined, optional: false, use: 'environment' },
  { secret: 'key', key: 'd', optional: true, use: 'environment' },
  { secret: 'files', key: undefined, optional: false, use: 'volume' },
  { secret: 'one-file', key: 'tls.crt', optional: true, use: 'volume' },
  { secret: 'mixed', key: 'm', optional: false, use: 'volume' },
  { secret: 'pull', key: undefined, optional: true, use: 'imagePull' },
];

test.each([
  ['Pod', POD],
  ['Deployment', { template: { spec: POD } }],
  ['Job', { template: { spec: POD } }],
  ['CronJob', { jobTemplate: { spec: { template: { spec: POD } } } }],
])('finds every way in which a %s refers to Secrets', (kind, spec) => {
  const object = { apiVersion: 'v1', kind, metadata: { name: 'x' }, spec };

  expect(secretReferences([object])).toEqual(EXPECTED.map((each) => ({ ...each, by: `${kind}/x` })));
});

test('finds nothing in what has no pods', () => {
  expect(secretReferences([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }])).toEqual([]);
});
