import { httpProbe } from '../../constructs/probe.ts';

test("asks the port 'http' and leaves Kubernetes' defaults to Kubernetes", () => {
  expect(httpProbe({ path: '/livez' })).toEqual({ httpGet: { path: '/livez', port: 'http' } });
});

test('takes all times and the threshold', () => {
  const times = { initialDelaySeconds: 0, periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 4 };

  expect(httpProbe({ path: '/', ...times })).toEqual({ httpGet: { path: '/', port: 'http' }, ...times });
});
