import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';
import { findingsText } from '../support/findings-text.ts';
import { healthySnapshot } from '../support/healthy-snapshot.ts';
import { recorded } from '../support/recorded.ts';

test('quotes the last words of a program that crashes, once for both pods', async () => {
  const text = findingsText(await recorded('crash'));

  expect(text).toBe(`CrashLoopBackOff: Deployment/web container web, 2 pods
fatal, certain, blocks Deployment/web
container web crashes with exit code 1; its log ends with: Error: PORT is not a number
> container state: ended 2 times, last with exit code 1 (Error), after 0 s
> log: Error: PORT is not a number
> log: starting
fix: read its log: kubectl --namespace demo logs web-fccd9f4c8-dvwsj --container web
check: kubectl --namespace demo logs web-fccd9f4c8-dvwsj --container web
`);
});

test('says that a program must not end, also without an error', async () => {
  const text = findingsText(await recorded('ends-well'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-59cd64b678-nd2rx container web
fatal, certain, blocks Deployment/web
container web ends with exit code 0 (it ends by itself, without an error; a container of a Deployment has to go on); its log ends with: done
> container state: ended 2 times, last with exit code 0 (Completed), after 0 s
> log: done
fix: read its log: kubectl --namespace demo logs web-59cd64b678-nd2rx --container web
check: kubectl --namespace demo logs web-59cd64b678-nd2rx --container web
`);
});

test('names a command that is not in the image', async () => {
  const text = findingsText(await recorded('command-not-found'));

  expect(text).toBe(`RunContainerError: Pod/web-88b494dd4-88dr8 container web
fatal, certain, blocks Deployment/web
the command, 'serve-web', is not in image fault-web:1.0.0
> event Failed, 2 times, last at 10:44:27: Error: exec: "serve-web": executable file not found in $PATH
fix: correct the command: kubectl --namespace demo edit deployment/web
check: kubectl --namespace demo get pod web-88b494dd4-88dr8
`);
});

test('names a command that is no program', async () => {
  const text = findingsText(await recorded('command-not-executable'));

  expect(text).toBe(`RunContainerError: Pod/web-6d6d6bfdb4-76t7x container web
fatal, certain, blocks Deployment/web
the command, '/etc/passwd', may not be executed
> event Failed, 2 times, last at 10:44:29: Error: exec: "/etc/passwd": permission denied
fix: correct the command: kubectl --namespace demo edit deployment/web
check: kubectl --namespace demo get pod web-6d6d6bfdb4-76t7x
`);
});

test('names a program of another architecture', async () => {
  const text = findingsText(await recorded('exec-format'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-85599c986d-rd569 container web
fatal, certain, blocks Deployment/web
container web crashes with exit code 1; the program is for another processor architecture than the node’s, or a script without a #! line
> container state: ended 2 times, last with exit code 1 (Error), after 0 s
> log: exec /program/run: exec format error
fix: build the image for the node’s architecture: npm run build -- --platform linux/amd64 (or linux/arm64)
check: kubectl --namespace demo logs web-85599c986d-rd569 --container web
`);
});

test('explains exit code 127', async () => {
  const text = findingsText(await recorded('exit-127'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-86594bd85f-n8hgm container web
fatal, certain, blocks Deployment/web
container web crashes with exit code 127 (its command, or a program that it calls, is not in the image); its log ends with: sh: serve-web: not found
> container state: ended 2 times, last with exit code 127 (Error), after 0 s
> log: sh: serve-web: not found
fix: correct the command: kubectl --namespace demo edit deployment/web
check: kubectl --namespace demo logs web-86594bd85f-n8hgm --container web
`);
});

test('explains exit code 126', async () => {
  const text = findingsText(await recorded('exit-126'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-54db7cd4f5-plfbg container web
fatal, certain, blocks Deployment/web
container web crashes with exit code 126 (its command may not be executed); its log ends with: sh: /etc/passwd: Permission denied
> container state: ended 2 times, last with exit code 126 (Error), after 0 s
> log: sh: /etc/passwd: Permission denied
fix: correct the command: kubectl --namespace demo edit deployment/web
check: kubectl --namespace demo logs web-54db7cd4f5-plfbg --container web
`);
});

test('tells a killed program from one that used too much memory', async () => {
  const text = findingsText(await recorded('killed-by-itself'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-564765cdb-c8v87 container web
fatal, certain, blocks Deployment/web
container web crashes with exit code 137 (SIGKILL: killed, neither for its memory limit nor by a probe; something in the container or on the node did it); its log ends with: Killed
> container state: ended 2 times, last with exit code 137 (Error), after 0 s
> log: Killed
fix: read its log: kubectl --namespace demo logs web-564765cdb-c8v87 --container web
check: kubectl --namespace demo logs web-564765cdb-c8v87 --container web
`);
});

test('explains exit code 139', async () => {
  const text = findingsText(await recorded('segfault'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-6fd67f956f-7zpn6 container web
fatal, certain, blocks Deployment/web
container web crashes with exit code 139 (SIGSEGV: a segmentation fault); its log ends with: Segmentation fault
> container state: ended 2 times, last with exit code 139 (Error), after 0 s
> log: Segmentation fault
fix: read its log: kubectl --namespace demo logs web-6fd67f956f-7zpn6 --container web --previous
check: kubectl --namespace demo logs web-6fd67f956f-7zpn6 --container web
`);
});

test('explains exit code 143, and is not certain where the log is empty', async () => {
  const text = findingsText(await recorded('terminated'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-749ccfb79f-nljlq container web
fatal, likely, blocks Deployment/web
container web crashes with exit code 143 (SIGTERM: it was asked to end); its log is empty
> container state: ended 2 times, last with exit code 143 (Error), after 0 s
fix: read its log: kubectl --namespace demo logs web-749ccfb79f-nljlq --container web
check: kubectl --namespace demo logs web-749ccfb79f-nljlq --container web
`);
});

test('names the memory limit that is too low', async () => {
  const text = findingsText(await recorded('out-of-memory'));

  expect(text).toBe(`OOMKilled: Pod/web-68bf67bffb-fw5b5 container web
fatal, certain, blocks Deployment/web
container web needs more memory than its limit of 16Mi and is killed
> container state: ended 2 times, last with exit code 137 (OOMKilled), after 0 s
fix: kubectl --namespace demo set resources deployment/web --containers=web --limits=memory=32Mi
check: kubectl --namespace demo top pod web-68bf67bffb-fw5b5 --containers
`);
});

test('names the memory limit also when the container runs again', async () => {
  const text = findingsText(await recorded('out-of-memory-once'));

  expect(text).toBe(`OOMKilled: Pod/web-868c758c4b-lctwk container web
waiting, certain, blocks nothing
container web needs more memory than its limit of 16Mi and is killed; it runs again, and may be killed again
> container state: ended once, last with exit code 137 (OOMKilled), after 0 s, runs again
fix: kubectl --namespace demo set resources deployment/web --containers=web --limits=memory=32Mi
check: kubectl --namespace demo top pod web-868c758c4b-lctwk --containers
`);
});

test('names the container that initialises', async () => {
  const text = findingsText(await recorded('init-crash'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-5ff5cd84f-zrjds container migrate
fatal, certain, blocks Deployment/web
container migrate crashes with exit code 3; its log ends with: migration failed
> container state: ended 2 times, last with exit code 3 (Error), after 0 s
> log: migration failed
fix: read its log: kubectl --namespace demo logs web-5ff5cd84f-zrjds --container migrate
check: kubectl --namespace demo logs web-5ff5cd84f-zrjds --container migrate
`);
});

test('names a path where nothing can be mounted', async () => {
  const text = findingsText(await recorded('bad-mount'));

  expect(text).toBe(`RunContainerError: Pod/web-745bc98c79-cmlkp container web
fatal, certain, blocks Deployment/web
a volume cannot be mounted at /etc/passwd/x: not a directory
> event Failed, 2 times, last at 10:44:51: Error: error during container init: error mounting "/var/lib/kubelet/pods/0f0e0d0c-0000-4000-8000-000000000000/volumes/kubernetes.io~empty-dir/kept" to rootfs at "/etc/passwd/x": open o_path procf...
fix: correct mountPath: kubectl --namespace demo edit deployment/web
check: kubectl --namespace demo get pod web-745bc98c79-cmlkp
`);
});

test('names the file that cannot be written to a read-only root', async () => {
  const text = findingsText(await recorded('read-only'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-864c69f845-phrsc container web
fatal, certain, blocks Deployment/web
container web crashes with exit code 1; it writes to /var/cache.txt, and the root file system is read-only
> container state: ended 2 times, last with exit code 1 (Error), after 0 s
> log: sh: can't create /var/cache.txt: Read-only file system
fix: mount an emptyDir where it writes, or let it write to /tmp
check: kubectl --namespace demo logs web-864c69f845-phrsc --container web
`);
});

test('names the file that the user may not write', async () => {
  const text = findingsText(await recorded('no-permission'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-6c846fdd68-78vqt container web
fatal, certain, blocks Deployment/web
container web crashes with exit code 1; its user may not write /etc/web.conf
> container state: ended 2 times, last with exit code 1 (Error), after 0 s
> log: sh: can't create /etc/web.conf: Permission denied
fix: let it write to a mounted volume, and set fsGroup so that its user owns the volume
check: kubectl --namespace demo logs web-6c846fdd68-78vqt --container web
`);
});

test('names ports below 1024', async () => {
  const text = findingsText(await recorded('low-port'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-774b47f69f-lv9hb container web
fatal, certain, blocks Deployment/web
container web crashes with exit code 1; it may not listen on its port: ports below 1024 are for root
> container state: ended 2 times, last with exit code 1 (Error), after 0 s
> log: httpd: bind: Permission denied
fix: let it listen on a port above 1023, and give the Service that targetPort
check: kubectl --namespace demo logs web-774b47f69f-lv9hb --container web
`);
});

test('tells of restarts also where all is ready', async () => {
  const text = findingsText(await recorded('restarts-while-ready'));

  expect(text).toBe(`Restarted: Pod/web-55c5b8df55-6wt4j container web
waiting, likely, blocks nothing
container web has ended with exit code 2 and was started again; its log is empty
> container state: ended once, last with exit code 2 (Error), after 0 s, runs again
fix: read its log: kubectl --namespace demo logs web-55c5b8df55-6wt4j --container web --previous
check: kubectl --namespace demo logs web-55c5b8df55-6wt4j --container web --previous
`);
});

test('counts a crash whose restart has ended as well', async () => {
  const text = findingsText(await recorded('first-crash'));

  expect(text).toBe(`CrashLoopBackOff: Pod/web-7fcbc55486-txtm9 container web
fatal, certain, blocks Deployment/web
container web crashes with exit code 1; its log ends with: starting
> container state: ended 2 times, last with exit code 1 (Error), after 2 s
> log: starting
fix: read its log: kubectl --namespace demo logs web-7fcbc55486-txtm9 --container web
check: kubectl --namespace demo logs web-7fcbc55486-txtm9 --container web
`);
});

describe('exit code 137 is split into', () => {
  const ended = { exitCode: 137, startedAt: '2026-11-21T10:58:00Z', finishedAt: '2026-11-21T10:59:00Z' };
  const found = (reason: string, events: Snapshot['events'] = []) =>
    diagnose(
      healthySnapshot({
        ready: false,
        container: { livenessProbe: { httpGet: { path: '/livez', port: 8000 } } },
        status: {
          ready: false,
          restartCount: 2,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { ...ended, reason } },
        },
        snapshot: { events },
      }),
    ).map(({ code, cause }) => [code, cause]);
  const event = (reason: string, message: string) => ({
    ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: reason }, type: 'Warning' as const, reason, message },
    lastTimestamp: '2026-11-21T10:59:00Z',
    involvedObject: { kind: 'Pod', name: 'web-1-x', fieldPath: 'spec.containers{backend}' },
  });

  test('a lack of memory', () => {
    expect(found('OOMKilled')).toEqual([
      ['OOMKilled', 'container backend has no memory limit, and its node ran out of memory'],
    ]);
  });

  test('a liveness probe that has failed', () => {
    const events = [
      event('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500'),
      event('Killing', 'Container backend failed liveness probe, will be restarted'),
    ];

    expect(found('Error', events)).toEqual([
      [
        'LivenessProbeFailed',
        'liveness probe of container backend fails: GET /livez on port 8000 answers 500, expected 200 to 399; it was restarted for that once',
      ],
    ]);
  });

  test('a container that a hook after its start has ended', () => {
    const events = [event('FailedPostStartHook', 'PostStartHook failed: command "migrate" exited with 1')];

    expect(found('Error', events)).toEqual([
      [
        'FailedPostStartHook',
        'the hook after the start of container backend fails, and the container is killed for it: command "migrate" exited with 1',
      ],
    ]);
  });

  test('what somebody else has killed', () => {
    expect(found('Error')[0]![1]).toContain('killed, neither for its memory limit nor by a probe');
  });
});

test.each([
  [139, 'a segmentation fault'],
  [143, 'it was asked to end'],
  [126, 'may not be executed'],
  [127, 'is not in the image'],
])('exit code %i is put in words: %s', (exitCode, words) => {
  const terminated = {
    exitCode,
    reason: 'Error',
    startedAt: '2026-11-21T10:58:00Z',
    finishedAt: '2026-11-21T10:59:00Z',
  };

  const [finding] = diagnose(healthySnapshot({ ready: false, status: { ready: false, state: { terminated } } }));

  expect(finding!.cause).toContain(words);
});
