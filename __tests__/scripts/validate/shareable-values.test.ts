import type { JsonObject } from '../../../chart/json.ts';
import { shareableValues } from '../../../scripts/validate/shareable-values.ts';

test('what variables are set to is not in it, and all else is', () => {
  const values: JsonObject = {
    backend: {
      replicaCount: 2,
      extraEnv: [
        { name: 'OPENAI_API_KEY', value: 'sk-secret' },
        { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      ],
    },
    config: { data: { A: 'b' } },
  };

  expect(shareableValues(values)).toEqual({
    ...values,
    backend: {
      replicaCount: 2,
      extraEnv: [
        { name: 'OPENAI_API_KEY', value: '***' },
        { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      ],
    },
  });
});
