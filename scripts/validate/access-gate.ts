import { setTimeout as sleep } from 'node:timers/promises';
import { BACKEND } from '../../constructs/labels.ts';
import { type Access, findAddress, healthPath } from '../apply/access.ts';
import { loadImage } from '../apply/load-image.ts';
import { NodeImages } from '../apply/node-images.ts';
import type { Service } from '../diagnosis/objects.ts';
import { pathOfList } from '../diagnosis/resources.ts';
import { Docker } from '../docker.ts';
import { firstLine } from '../first-line.ts';
import { ask } from '../http-answer.ts';
import { runProcess } from '../process.ts';
import { Browser } from './browser.ts';
import type { Gate, GateWork } from './gate.ts';
import { verdict } from './load/verdict.ts';
import { keepLoad, loadOn, streamsOf } from './load-streams.ts';

const SECONDS = { full: 10, quick: 3 };
/** A second, of each kind of request. */
const RATE = 2;
/** Milliseconds for one request from here. */
const PATIENCE = 5000;

/** Looks whether the application is reached on every way that the release offers. */
export const accessGate: Gate = {
  number: 4,
  name: 'Access',
  limit: 'status 200 by Service, address and proxy; log-in page; helm test',
  isDisruptive: false,
  async run(work) {
    const { release, record, quick, signal, tell } = work;
    tell('asking the Services from inside');
    const load = await loadOn(work, { name: 'access', streams: streamsOf(release, RATE) });
    await sleep((quick ? SECONDS.quick : SECONDS.full) * 1000, undefined, { signal });
    const report = await load.stop();
    keepLoad(record, report);
    const { failed, sent, text } = verdict(report);
    record.require(failed === 0, `from inside the cluster, ${text}`);

    tell('running helm test');
    await helmTest(work);
    tell('looking at the page from here');
    const page = await fromHere(work);
    return `${sent} of ${sent} requests inside, helm test, ${page}`;
  },
};

async function fromHere({ release, record, minikube, signal }: GateWork): Promise<string> {
  const { cluster, namespace, values } = release;
  const healths = healthPath(values);
  const access = await findAddress({ cluster, namespace, healthPath: healths, minikube, open: true, signal });
  try {
    for (const { url, answer, isGood } of access.tried) record.evidence(`${url}: ${isGood ? 'good' : answer}`);
    const { address } = access;
    if (address === undefined) {
      record.problem(
        'no address of the application answers',
        ...access.tried.map(({ url, answer }) => `${url}: ${answer}`),
      );
      return '';
    }
    const isNodePort = values.frontend.service.type === 'NodePort';
    const byPort = access.tried.some(
      ({ way, isGood }) => isGood && (way === 'node port' || way === 'minikube service'),
    );
    record.require(!isNodePort || byPort, "the frontend's NodePort does not answer");
    await backendByPort({ release, record, signal }, access);
    return `${address.url}, ${await logInPage(address.url, record)}`;
  } finally {
    await access.close();
  }
}

/** The backend may have a port on the nodes, too. Where those are behind a tunnel, only the frontend's is reached. */
async function backendByPort(
  { release, record, signal }: Pick<GateWork, 'release' | 'record' | 'signal'>,
  { tried }: Access,
): Promise<void> {
  const { cluster, namespace, values } = release;
  const direct = tried.find(({ way, isGood }) => isGood && way === 'node port');
  if (values.backend.service.type !== 'NodePort' || direct === undefined) return;
  const { spec } = await cluster.get<Service>(`${pathOfList('services', namespace)}/${BACKEND.name}`);
  const url = new URL(values.backend.readinessProbe.path, direct.url);
  url.port = String(spec.ports?.[0]?.nodePort);
  try {
    const { status } = await ask(url.href, { timeout: PATIENCE, signal });
    if (record.require(status === 200, `${url} answers ${status}, expected 200`)) record.evidence(`${url}: good`);
  } catch (error) {
    signal.throwIfAborted();
    record.problem(`${url} does not answer: ${firstLine((error as Error).message)}`);
  }
}

/** @returns what the page was seen with */
async function logInPage(url: string, record: GateWork['record']): Promise<string> {
  const browser = await Browser.tryOpen({ width: 1280, height: 800 });
  if (browser === undefined) {
    record.evidence('no Chromium is on PATH: the page was fetched, and not looked at');
    return 'page fetched';
  }
  try {
    const page = await browser.context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    const response = await page.goto(url, { waitUntil: 'load' }).catch((error: Error) => {
      record.problem(`a browser cannot open ${url}: ${firstLine(error.message)}`);
    });
    if (response === undefined) return '';
    record.require(response?.status() === 200, `the page answers ${response?.status()} in a browser, expected 200`);
    const password = page.locator('input[type=password]');
    const isThere = await password
      .first()
      .waitFor({ timeout: 10_000 })
      .then(
        () => true,
        () => false,
      );
    record.require(isThere, `there is no field for a password on ${page.url()} in a browser`, ...errors);
    record.require(errors.length === 0, `the page has ${errors.length} errors in a browser`, ...errors);
    return 'log-in page in a browser';
  } finally {
    await browser.close();
  }
}

/** The chart's own tests. */
async function helmTest({ release, record, minikube, signal, tell }: GateWork): Promise<void> {
  const { cluster, namespace, name, values } = release;
  const { repository, tag, registry, digest } = values.tests.image;
  const reference = `${registry === null ? '' : `${registry}/`}${repository}:${tag}`;
  if (minikube !== undefined && digest === null) {
    // As `npm run apply` does with the database's image: what this machine has need not be pulled.
    const docker = new Docker(signal);
    const image = await docker.tryFindImage(reference);
    const nodes = (await cluster.list('/api/v1/nodes')).map(({ metadata }) => metadata.name);
    if (image !== undefined)
      await loadImage(new NodeImages(minikube, nodes), docker, { reference, id: image.id }, tell);
  }
  const args = ['test', name, '--namespace', namespace, '--kube-context', cluster.context, '--timeout', '90s'];
  const { exitCode, stdout, stderr } = await runProcess('helm', args, { signal });
  const suites = [...stdout.matchAll(/^TEST SUITE:\s+(\S+)/gm)]
    .map(([, suite]) => suite!)
    .filter((suite) => suite !== 'None');
  if (exitCode !== 0) {
    record.problem('helm test has failed', ...stderr.trim().split('\n').slice(-5));
  } else if (record.require(suites.length > 0, 'the release has no tests; set tests.enabled to true'))
    record.evidence(`helm test: ${suites.join(', ')} succeeded`);
  signal.throwIfAborted();
}
