import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import type { Finding } from '../../scripts/diagnosis/finding.ts';
import { type OpinionOptions, secondOpinions } from '../../scripts/diagnosis/second-opinions.ts';
import { withPath } from '../support/fake-docker.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const FINDING: Finding = {
  code: 'OOMKilled',
  subject: 'Pod/web-1 container web',
  severity: 'fatal',
  cause: 'it needs more memory than its limit of 32Mi',
  evidence: ['container state: ended once'],
  fix: [],
  check: '',
  confidence: 'certain',
  consequences: [],
  blocks: [],
};
const ANALYSIS = {
  status: 'ProblemDetected',
  problems: 2,
  results: [
    { kind: 'Pod', name: 'shop/web-1', error: [{ Text: 'back-off restarting' }, { Text: 'OOM' }], details: '' },
    { kind: 'Service', name: 'shop/web', error: null, details: 'no endpoints' },
  ],
};

let directory: TemporaryDirectory;
const kubeconfig = process.env.KUBECONFIG;
beforeEach(async () => {
  directory = await TemporaryDirectory.create();
  process.env.KUBECONFIG = '/home/ada/config';
});
afterEach(async () => {
  if (kubeconfig === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = kubeconfig;
  await directory.remove();
});

test('k8sgpt is asked for one namespace as JSON, and what it finds is told', async () => {
  await tool('k8sgpt', `echo "$@" > "${directory.path}/asked"; echo '${JSON.stringify(ANALYSIS)}'`);

  expect(await ask()).toEqual([
    { tool: 'k8sgpt', lines: ['Pod shop/web-1: back-off restarting; OOM', 'Service shop/web: no endpoints'] },
  ]);
  expect(await asked()).toBe(
    'analyze --namespace shop --kubecontext minikube --output json --kubeconfig /home/ada/config\n',
  );
});

test.each([
  ['kubectl-ai', /^--quiet --skip-permissions=false --kubeconfig \S+ Kubernetes namespace shop\./],
  ['kagent', /^invoke --agent k8s-agent --task Kubernetes namespace shop\./],
])('%s is asked about our findings and nothing else', async (name, beginning) => {
  await tool(name, `echo "$@" > "${directory.path}/asked"; printf 'I agree.\\n\\n\\033[31mRaise it.\\033[0m\\n'`);

  expect(await ask()).toEqual([{ tool: name, lines: ['I agree.', 'Raise it.'] }]);
  expect(await asked()).toMatch(beginning);
  expect(await asked()).toContain('- OOMKilled, Pod/web-1 container web: it needs more memory than its limit of 32Mi');
});

test('several are asked at once, each for itself', async () => {
  await tool('k8sgpt', `echo '{"status":"OK","problems":0,"results":null}'`);
  await tool('kubectl-ai', 'echo broken >&2; exit 3');
  await tool('kagent', 'true');

  expect(await ask()).toEqual([
    { tool: 'k8sgpt', lines: ['finds no problem'] },
    { tool: 'kubectl-ai', lines: [], failure: 'ends with 3: broken' },
    { tool: 'kagent', lines: [], failure: 'says nothing' },
  ]);
});

test('those that know the current context alone are not asked about another one', async () => {
  await tool('k8sgpt', `echo '{"problems":0}'`);
  await tool('kubectl-ai', `echo "$@" >> "${directory.path}/asked"`);

  expect(await ask({ isContextNamed: true })).toEqual([
    { tool: 'k8sgpt', lines: ['finds no problem'] },
    {
      tool: 'kubectl-ai',
      lines: [],
      failure: 'is not asked: it knows the current context alone; leave --context out',
    },
  ]);
  expect(await asked()).toBe('version\n');
});

test('one that goes on for ever is left behind', async () => {
  await tool('kubectl-ai', 'exec sleep 60');

  // A busy machine takes a while to say that the others are not there.
  expect(await ask({ patience: 4000 })).toEqual([
    { tool: 'kubectl-ai', lines: [], failure: 'has not answered within 4 s' },
  ]);
});

test('one that talks for ever is cut', async () => {
  await tool('kubectl-ai', 'i=0; while [ $i -lt 30 ]; do i=$((i+1)); printf "%01000d\\n" $i; done');

  const [opinion] = await ask();

  expect(opinion!.lines).toHaveLength(21);
  expect(opinion!.lines.at(-1)).toBe('... and 10 more lines');
  expect(opinion!.lines[0]).toHaveLength(400);
});

test('one that may not be run says so, and where there is none nothing is said', async () => {
  expect(await ask()).toEqual([]);

  await directory.write('k8sgpt', '#!/bin/sh\n', 0o644);

  expect(await ask()).toEqual([
    { tool: 'k8sgpt', lines: [], failure: "unable to run 'k8sgpt': it may not be executed" },
  ]);
});

test('Ctrl-C ends it', async () => {
  await tool('kubectl-ai', 'exec sleep 60');
  const reason = new Error('interrupted');

  await expect(ask({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

function ask(options: Partial<OpinionOptions> = {}) {
  const signal = new AbortController().signal;
  const all = { namespace: 'shop', context: 'minikube', findings: [FINDING], signal, ...options };
  return withPath(`${directory.path}${delimiter}/usr/bin${delimiter}/bin`, () => secondOpinions(all));
}

function tool(name: string, script: string): Promise<string> {
  return directory.write(name, `#!/bin/sh\n${script}\n`, 0o755);
}

function asked(): Promise<string> {
  return readFile(`${directory.path}/asked`, 'utf8');
}
