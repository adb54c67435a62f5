import { App, Chart } from 'cdk8s';
import { testChart } from '../support/test-chart.ts';

/** A chart to build constructs in. Unlike cdk8s's `testChart()`, it leaves no directory behind. */
export function testChart(): Chart {
  return new Chart(new App(), 'test');
}
