import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createMetrics } from '../../src/telemetry/metrics.js';
import { Figures } from './figures.js';

const dashboard = JSON.parse(readFileSync('docs/grafana-dashboard.json', 'utf8'));

interface Panel {
  id: number;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: Array<{ expr: string }>;
}

const panels: Panel[] = dashboard.panels;

/** Names of metrics in a query of Prometheus's: what stands before `{`, or before a range or a comparison of all series. */
const metricsIn = (query: string) => query.match(/\b(stipend|process|nodejs)_\w+/g) ?? [];

const named = new Set(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr))));

/** Every series that a server of whatever age can have. */
async function allSeries(): Promise<Figures> {
  const metrics = createMetrics();
  metrics.request({ route: '/graphql', outcome: 'OK' }, 0.01);
  metrics.refused();
  metrics.statement(0.01, false);
  metrics.sessionLookup('memory');
  metrics.login('OK');
  metrics.payment('OK');
  metrics.watchPool({ totalCount: 1, idleCount: 1, waitingCount: 0 });
  metrics.watchInFlight(() => 0);
  return new Figures(await metrics.registry.metrics());
}

test('every metric that the dashboard names is one that the server has', async () => {
  const { names } = await allSeries();
  expect([...named].filter((name) => !names.has(name))).toEqual([]);
});

test("every figure of Stipend's own is on the dashboard", async () => {
  const { names } = await allSeries();
  const own = [...names].filter((name) => name.startsWith('stipend_') && !/_(sum|count|bucket)$/.test(name));
  const shown = [...named].map((name) => name.replace(/_(sum|count|bucket)$/, ''));
  expect(shown).toEqual(expect.arrayContaining(own));
  expect(shown).toEqual(expect.arrayContaining(['stipend_request_seconds', 'stipend_sql_seconds']));
});

test('a query names labels that the metric has', () => {
  const labels: Record<string, string[]> = {
    stipend_request_seconds: ['route', 'outcome'],
    stipend_sql_seconds: ['outcome'],
    stipend_requests_refused_total: ['reason'],
    stipend_session_lookups_total: ['from'],
    stipend_logins_total: ['outcome'],
    stipend_payments_total: ['outcome'],
    stipend_database_connections: ['state'],
  };
  for (const { expr } of panels.flatMap(({ targets }) => targets)) {
    const [metric = ''] = metricsIn(expr);
    const known = labels[metric.replace(/_(sum|count|bucket)$/, '')] ?? [];
    const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', '));
    const selected = [...expr.matchAll(/(\w+)=~?"/g)].map(([, label = '']) => label);
    for (const label of [...grouped, ...selected])
      expect([...known, 'le', 'job', 'instance'], expr).toContain(label);
  }
});

test('it can be imported: unique panels, a data source to choose, and no panel over another', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});
