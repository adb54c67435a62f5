import { scheduling, spread } from '../../constructs/scheduling.ts';

const PODS = { app: 'todo' };

test('says nothing about nodes by default', () => {
  expect(scheduling({ nodeSelector: {}, tolerations: [], priorityClassName: null })).toEqual({});
});

test('passes node selector, tolerations and priority class on', () => {
  const placed = { nodeSelector: { disk: 'ssd' }, tolerations: [{ operator: 'Exists' }], priorityClassName: 'high' };

  expect(scheduling(placed)).toEqual(placed);
});

test('prefers different nodes, and spreads over nodes and zones', () => {
  const { affinity, topologySpreadConstraints } = spread({}, PODS);

  expect(affinity).toEqual({
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: PODS } },
        },
      ],
    },
  });
  expect(topologySpreadConstraints).toEqual(
    ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: PODS },
      matchLabelKeys: ['pod-template-hash'],
    })),
  );
});

test('affinity and constraints of the user replace the default ones', () => {
  expect(spread({ affinity: {}, topologySpreadConstraints: [] }, PODS)).toEqual({
    affinity: {},
    topologySpreadConstraints: [],
  });
});
