import { App, Chart } from 'cdk8s';

/** A chart to build constructs in. Unlike the one of cdk8s's `Testing`, it leaves no directory behind. */
export function testChart(): Chart {
  return new Chart(new App(), 'test');
}
