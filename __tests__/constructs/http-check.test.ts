import { Testing } from 'cdk8s';
import { HttpCheck, type HttpCheckProps } from '../../constructs/http-check.ts';
import { testChart } from '../support/test-chart.ts';

function synth(options: Partial<HttpCheckProps> = {}) {
  const chart = testChart();
  new HttpCheck(chart, 'check', {
    app: { instance: 'my-todo' },
    component: { name: 'smoke', component: 'test' },
    url: 'http://todo-backend:8000/readyz',
    image: { repository: 'busybox', tag: '1.37' },
    ...options,
  });
  return Testing.synth(chart)[0];
}

test('asks for the URL once, without privileges', () => {
  expect(synth().spec).toMatchInlineSnapshot(`
    {
      "activeDeadlineSeconds": 60,
      "automountServiceAccountToken": false,
      "containers": [
        {
          "command": [
            "wget",
            "-q",
            "-T",
            "10",
            "-O",
            "-",
            "http://todo-backend:8000/readyz",
          ],
          "image": "busybox:1.37",
          "imagePullPolicy": "IfNotPresent",
          "name": "check",
          "resources": {
            "limits": {
              "cpu": "100m",
              "ephemeral-storage": "16Mi",
              "memory": "32Mi",
            },
            "requests": {
              "cpu": "10m",
              "ephemeral-storage": "1Mi",
              "memory": "16Mi",
            },
          },
          "securityContext": {
            "allowPrivilegeEscalation": false,
            "capabilities": {
              "drop": [
                "ALL",
              ],
            },
            "privileged": false,
            "readOnlyRootFilesystem": true,
            "runAsNonRoot": true,
          },
        },
      ],
      "enableServiceLinks": false,
      "restartPolicy": "Never",
      "securityContext": {
        "fsGroup": 10001,
        "fsGroupChangePolicy": "OnRootMismatch",
        "runAsGroup": 10001,
        "runAsNonRoot": true,
        "runAsUser": 10001,
        "seccompProfile": {
          "type": "RuntimeDefault",
        },
      },
    }
  `);
});

test('takes annotations, a pull policy and credentials for the registry', () => {
  const { metadata, spec } = synth({
    annotations: { a: 'b' },
    image: { repository: 'busybox', tag: '1.37', pullPolicy: 'Always' },
    imagePullSecrets: [{ name: 'registry' }],
  });

  expect(metadata.annotations).toEqual({ a: 'b' });
  expect(spec.containers[0].imagePullPolicy).toBe('Always');
  expect(spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
});
