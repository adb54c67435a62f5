import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import { z } from 'zod';
import { expectParity, plainText, programOf, templateOf } from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

describe('typed constructs', () => {
  test('take symbols where cdk8s copies and wraps them', async () => {
    const values = {
      env: z.record(z.string(), z.string()).default({ A: 'b' }),
      port: z.int().min(1).max(65535).default(80),
      cpu: z.union([z.string(), z.number()]).default('100m'),
      affinity: z.unknown().default({}),
    };
    const program = programOf(values, (chart, v) => {
      new k8s.KubePod(chart, 'pod', {
        metadata: { name: 'p', labels: v.env },
        spec: {
          affinity: v.affinity as k8s.Affinity,
          containers: [
            {
              name: 'main',
              env: Object.entries(v.env).map(([name, value]) => ({ name, value })),
              ports: [{ containerPort: v.port }],
              livenessProbe: { httpGet: { port: k8s.IntOrString.fromNumber(v.port) } },
              resources: { limits: { cpu: k8s.Quantity.fromString(v.cpu as string) } },
            },
          ],
        },
      });
    });

    expect(templateOf(program, 'templates/pod.yaml')).toMatchInlineSnapshot(`
      apiVersion: v1
      kind: Pod
      metadata:
        {{- if .Values.env }}
        labels:
          {{- range $key, $value := .Values.env }}
          {{ $key | quote }}: {{ $value | quote }}
          {{- end }}
        {{- end }}
        name: p
      spec:
        affinity: {{ include "demo.json" .Values.affinity }}
        containers:
          - name: main
            {{- if .Values.env }}
            env:
              {{- range $key, $value := .Values.env }}
              - name: {{ $key | quote }}
                value: {{ $value | quote }}
              {{- end }}
            {{- else }}
            env: []
            {{- end }}
            livenessProbe:
              httpGet:
                port: {{ .Values.port }}
            ports:
              - containerPort: {{ .Values.port }}
            resources:
              limits:
                cpu: {{ include "demo.json" .Values.cpu }}

    `);
    await expectParity(program, [
      {},
      { env: { A: null }, cpu: 2, port: 8080, affinity: { nodeAffinity: { x: [1, { y: 'z' }] } } },
    ]);
  });
});
