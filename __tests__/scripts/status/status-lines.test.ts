import { describe, expect, test } from '@jest/globals';
import type { Status } from '../../../scripts/status/collect-status.ts';
import { age, statusLines } from '../../../scripts/status/status-lines.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const WELL: Status = {
  context: 'minikube',
  namespace: 'hackathon-dev',
  release: 'todo-chatbot',
  revision: {
    revision: 3,
    status: 'deployed',
    description: 'Upgrade complete',
    chart: 'todo-chatbot 1.0.0',
    updated: '2026-11-21T11:57:00Z',
  },
  pods: [
    {
      name: 'todo-backend-77465d495b-v9vf8',
      component: 'backend',
      ready: true,
      state: 'Running',
      restarts: 0,
      created: '2026-11-21T11:57:00Z',
    },
  ],
  autoscalers: [{ name: 'todo-backend', min: 2, max: 5, replicas: 2, cpu: 3, target: 70 }],
  addresses: [
    {
      way: 'node port',
      url: 'http://10.0.0.1:30080/',
      isGood: true,
      stays: 'release',
      answer: 'page and backend answer',
    },
  ],
  images: [{ component: 'backend', running: ['todo-backend:c-1'], built: 'todo-backend:c-1' }],
  drift: [],
  secrets: [
    {
      name: 'todo-db-secret',
      keys: ['BETTER_AUTH_SECRET', 'DATABASE_URL'],
      created: '2026-11-11T12:00:00Z',
      written: '2026-11-20T12:00:00Z',
    },
  ],
  findings: [],
  unknown: [],
};

test('a release that is well is on one screen', () => {
  expect(statusLines(WELL, NOW).join('\n')).toBe(`todo-chatbot in hackathon-dev of minikube: deployed, revision 3
todo-chatbot 1.0.0, 3 min ago: Upgrade complete

pods       todo-backend-77465d495b-v9vf8  ready, 3 min old
scaling    todo-backend  2 of 2 to 5 pods, CPU 3 % of the request, aim 70 %
addresses  http://10.0.0.1:30080/  page and backend answer
images     backend   todo-backend:c-1
drift      none: all objects are as in the release
secrets    todo-db-secret  written 24 h ago: BETTER_AUTH_SECRET, DATABASE_URL`);
});

describe('what is not as it should be', () => {
  test('a pod that crashes is shown with its restarts', () => {
    const pods = [{ ...WELL.pods[0]!, ready: false, state: 'CrashLoopBackOff', restarts: 1 }];

    expect(line({ pods }, 'pods')).toBe('todo-backend-77465d495b-v9vf8  CrashLoopBackOff, 3 min old, 1 restart');
  });

  test('an autoscaler that has measured nothing says so', () => {
    const autoscalers = [{ name: 'todo-backend', min: 2, max: 5, replicas: 1, target: 70 }];

    expect(line({ autoscalers }, 'scaling')).toBe('todo-backend  1 of 2 to 5 pods, CPU not measured yet, aim 70 %');
  });

  test('an image that is older than the source', () => {
    const images = [{ component: 'backend', running: ['todo-backend:c-1'], built: 'todo-backend:c-2' }];

    expect(line({ images }, 'images')).toBe('backend   todo-backend:c-1  not what the source is now: c-2');
  });

  test('an object that is missing', () => {
    const drift = [
      { object: 'Service todo-backend', action: 'create', effect: 'IN_PLACE', fields: [], taken: [], restarts: 0 },
    ] as unknown as Status['drift'];

    expect(line({ drift }, 'drift')).toBe('Service todo-backend is missing');
  });

  test.each([
    ['2026-12-01T12:00:00Z', 'its certificate expires in 10 days'],
    ['2026-11-20T12:00:00Z', 'its certificate has expired'],
  ])('a certificate until %s: %s', (expires, expected) => {
    const secrets = [{ name: 'todo-tls', keys: ['tls.crt', 'tls.key'], created: '2026-11-21T11:59:00Z', expires }];

    expect(
      statusLines({ ...WELL, secrets }, NOW)
        .at(-1)!
        .trim(),
    ).toBe(expected);
  });

  test('what could not be found out is named', () => {
    expect(line({ unknown: ['drift: no permission'] }, 'unknown')).toBe('drift: no permission');
  });
});

test('a release that is not there says how to make it', () => {
  const { revision: _, ...rest } = WELL;

  expect(statusLines(rest, NOW)).toEqual([
    'there is no release todo-chatbot in namespace hackathon-dev of minikube; install it with: npm run apply',
  ]);
});

test.each([
  [0, '0 s'],
  [119, '119 s'],
  [120, '2 min'],
  [7200, '2 h'],
  [172_800, '2 days'],
])('%d seconds are %s', (seconds, text) => {
  expect(age(new Date(NOW.getTime() - seconds * 1000).toISOString(), NOW)).toBe(text);
});

/** The first line of a block, without its name. */
function line(change: Partial<Status>, block: string): string {
  const found = statusLines({ ...WELL, ...change }, NOW).find((each) => each.startsWith(block));
  return found!.slice(block.length).trim();
}
