import { execa } from 'execa';
import {
  installRelease,
  type PreparedUpgrade,
  prepareUpgrade,
  type ReleaseTarget,
} from '../../scripts/apply/release.ts';
import { Cluster, type KubernetesObject } from '../../scripts/cluster.ts';
import { Helm } from '../../scripts/helm.ts';
import {
  encodeRecord,
  type Revision,
  type RevisionStatus,
  readRevisions,
  revisionPath,
} from '../../scripts/helm-release.ts';
import { eventually, TestNamespace, testCluster } from './cluster.ts';
import { helmBinaries } from './helm.ts';
import { TemporaryDirectory } from './temporary-directory.ts';

export const LEASE = { rememberBegun: () => Promise.resolve() };

/** A workload, a Service and a ConfigMap, small enough to install in a moment. Its pods never run. */
const TEMPLATES = {
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  labels: {helm.sh/chart: "{{ .Chart.Name }}-{{ .Chart.Version }}", app.kubernetes.io/instance: {{ .Release.Name }}}
spec:
  {{- if not .Values.autoscaled }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  selector: {matchLabels: {app: {{ .Values.app }}}}
  template:
    metadata: {labels: {app: {{ .Values.app }}, app.kubernetes.io/instance: {{ .Release.Name }}}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: shop
          image: {{ .Values.image }}
          imagePullPolicy: Never
          env:
            {{- range $name, $value := .Values.env }}
            - {name: {{ $name }}, value: {{ $value | quote }}}
            {{- end }}
          resources: {requests: {cpu: 1m, memory: {{ .Values.memory }}}}
`,
  'templates/service.yaml': `apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  type: {{ if .Values.nodePort }}NodePort{{ else }}ClusterIP{{ end }}
  selector: {app: shop}
  ports: [{name: http, port: 80{{ with .Values.nodePort }}, nodePort: {{ . }}{{ end }}}]
`,
  'templates/extra.yaml': `{{- if .Values.extra }}
apiVersion: v1
kind: ConfigMap
metadata: {name: extra}
data: {a: "1"}
{{- end }}
`,
  'templates/hook.yaml': `{{- if .Values.hook }}
apiVersion: batch/v1
kind: Job
metadata: {name: wait, annotations: {helm.sh/hook: "pre-install,pre-upgrade"}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "no-such-image:1", imagePullPolicy: Never}]}}}
{{- end }}
`,
  'templates/hpa.yaml': `{{- if .Values.autoscaled }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  minReplicas: {{ .Values.replicas }}
  maxReplicas: 6
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
{{- end }}
`,
};
const VALUES = {
  app: 'shop',
  replicas: 3,
  autoscaled: false,
  image: 'no-such-image:1',
  memory: '8Mi',
  nodePort: null,
  extra: true,
  env: {},
  /** A hook that never ends. */
  hook: false,
};

export type ShopValues = Partial<{ [key in keyof typeof VALUES]: unknown }>;

/** A release of a small chart in a namespace of its own. */
export class ReleaseFixture {
  readonly release = 'shop';
  readonly namespace: string;

  private constructor(
    readonly cluster: Cluster,
    readonly helm: Helm,
    readonly space: TestNamespace,
    /** Path of its Helm. */
    readonly program: string,
    private readonly directory: TemporaryDirectory,
  ) {
    this.namespace = space.name;
  }

  static async open(major: 'helm 3' | 'helm 4'): Promise<ReleaseFixture> {
    const { context } = await testCluster();
    const space = await TestNamespace.open('release-step');
    const directory = await TemporaryDirectory.create({
      'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
      'values.yaml': JSON.stringify(VALUES),
      ...TEMPLATES,
    });
    const cluster = await Cluster.connect({ context });
    const program = await programOf(major);
    return new ReleaseFixture(cluster, new Helm({ program }), space, program, directory);
  }

  async close(): Promise<void> {
    await this.directory.remove();
    // Its pods never ran: nothing needs to be waited for.
    await this.space.kubectl(['delete', 'namespace', this.namespace, '--wait=false']);
  }

  get chart(): string {
    return this.directory.path;
  }

  get path(): string {
    return `/apis/apps/v1/namespaces/${this.namespace}/deployments/shop`;
  }

  prepare(values: ShopValues = {}, target: Partial<ReleaseTarget> = {}): Promise<PreparedUpgrade> {
    return prepareUpgrade({ ...this.target, ...target, chart: this.chart, values: values as never });
  }

  /** @returns the new revision */
  async install(values: ShopValues = {}, target: Partial<ReleaseTarget> = {}): Promise<number> {
    const wanted = { ...this.target, ...target, chart: this.chart, values: values as never };
    return installRelease(await prepareUpgrade(wanted), wanted, LEASE);
  }

  get target(): ReleaseTarget {
    const { cluster, helm, release, namespace } = this;
    return { cluster, helm, release, namespace };
  }

  deployment(): Promise<KubernetesObject & { readonly spec: { readonly replicas: number } }> {
    return this.cluster.get(this.path);
  }

  /** As `1 superseded`. */
  async history(): Promise<string[]> {
    const revisions = await readRevisions(this.cluster, this.namespace, this.release);
    return revisions.map(({ revision, status }) => `${revision} ${status}`);
  }

  /** Makes the last revision one that has not ended, as when Helm is killed. */
  async cutShort(status: RevisionStatus, age = 0): Promise<void> {
    const { record, revision } = (await readRevisions(this.cluster, this.namespace, this.release)).at(-1) as Revision;
    const info = { ...record.info, status, last_deployed: new Date(Date.now() - age).toISOString() };
    await this.cluster.patch(
      revisionPath(this.namespace, this.release, revision),
      { metadata: { labels: { status } }, data: { release: await encodeRecord({ ...record, info }) } },
      'merge',
    );
  }

  /** Kills Helm while it waits for a hook. */
  async killHelm(): Promise<void> {
    const { release, namespace, chart, cluster } = this;
    const where = ['--namespace', namespace, '--kube-context', cluster.context];
    const helm = execa(this.program, ['upgrade', '--install', release, chart, ...where, '--set', 'hook=true'], {
      reject: false,
    });
    await eventually(async () => {
      const last = (await this.history()).at(-1) ?? 'none';
      if (!last.includes('pending')) throw new Error(`the last revision is ${last}`);
    });
    helm.kill('SIGKILL');
    await helm;
  }

  /** Every number of pods that the Deployment is told to have while `work` goes on. */
  async replicasDuring(work: () => Promise<unknown>): Promise<number[]> {
    const seen: number[] = [];
    const controller = new AbortController();
    const see = (objects: readonly KubernetesObject[]) => {
      for (const { spec } of objects) seen.push((spec as { replicas: number }).replicas);
    };
    const following = this.cluster.follow<KubernetesObject>(
      `/apis/apps/v1/namespaces/${this.namespace}/deployments`,
      { fieldSelector: 'metadata.name=shop' },
      { onList: see, onChange: (object) => see([object]), onDelete: () => {} },
      controller.signal,
    );
    try {
      await work();
    } finally {
      controller.abort();
      await following;
    }
    return [...new Set(seen)];
  }
}

export async function helmOf(major: 'helm 3' | 'helm 4'): Promise<Helm> {
  return new Helm({ program: await programOf(major) });
}

/** Its path. */
export async function programOf(major: 'helm 3' | 'helm 4'): Promise<string> {
  return (await helmBinaries()).find(({ name }) => name === major)!.path;
}
