import { CONTAINER_SECURITY_CONTEXT, podSecurityContext } from '../../constructs/security.ts';

test('runs as an unprivileged user and group above 10000', () => {
  expect(podSecurityContext()).toEqual({
    runAsNonRoot: true,
    runAsUser: 10001,
    runAsGroup: 10001,
    fsGroup: 10001,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  });
});

test('takes other ids', () => {
  expect(podSecurityContext({ runAsUser: 20000 })).toMatchObject({ runAsUser: 20000, runAsGroup: 10001 });
});

test('leaves ids to the cluster where they are null, and stays non-root', () => {
  expect(podSecurityContext({ runAsUser: null, runAsGroup: null, fsGroup: null })).toEqual({
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
});

test('gives containers no privileges and no writable root', () => {
  expect(CONTAINER_SECURITY_CONTEXT).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
  });
});
