import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { GatheredHistogram } from '../../src/telemetry/gathered-histogram.js';

test('what is gathered is written as the library writes what it is given one by one', async () => {
  const options = {
    name: 'some_seconds',
    help: 'Some.',
    labelNames: ['route', 'outcome'],
    buckets: [0.001, 0.01, 1],
  };
  const [registry, reference] = [new Registry(), new Registry()];
  const gathered = new GatheredHistogram(options);
  registry.registerMetric(gathered);
  const library = new Histogram({ ...options, registers: [reference] });
  expect(await registry.metrics()).toBe(await reference.metrics());
  // On the bounds, between them, and above all of them.
  for (const seconds of [0, 0.0005, 0.001, 0.005, 0.01, 0.5, 1, 2, 7]) {
    for (const [route, outcome] of [['/graphql', 'OK'] as const, ['none', 'NOT_FOUND'] as const]) {
      gathered.note([route, outcome], seconds);
      library.observe({ route, outcome }, seconds);
    }
  }
  expect(await registry.metrics()).toBe(await reference.metrics());
});
