import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { GatheredHistogram } from './gathered-histogram.js';

/** The figures that an operator watches, in Prometheus's form. docs/grafana-dashboard.json shows them. */
export interface Metrics {
  readonly registry: Registry;
  request(labels: { route: string; outcome: string }, seconds: number): void;
  /** A request that was refused for want of room. */
  refused(): void;
  statement(seconds: number, failed: boolean): void;
  sessionLookup(from: 'memory' | 'database'): void;
  login(outcome: string): void;
  payment(outcome: string): void;
  /** Asked at each scrape. */
  watchPool(pool: { totalCount: number; idleCount: number; waitingCount: number }): void;
  watchInFlight(count: () => number): void;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new GatheredHistogram({
    name: 'stipend_request_seconds',
    help: 'Time from a request to its answer, by route and outcome: OK, or the code of the first error.',
    labelNames: ['route', 'outcome'],
    buckets: seconds,
  });
  const statements = new GatheredHistogram({
    name: 'stipend_sql_seconds',
    help: 'Time that SQL statements of hot reads and payments took, a wait for a connection included.',
    labelNames: ['outcome'],
    buckets: seconds,
  });
  registry.registerMetric(requests);
  registry.registerMetric(statements);
  const countLookup = countCheaply(
    registry,
    'stipend_session_lookups_total',
    'Sessions looked up, by where they were found.',
    'from',
  );
  const countRefusal = countCheaply(
    registry,
    'stipend_requests_refused_total',
    'Requests that were refused before they were looked at, by reason.',
    'reason',
  );
  const logins = counter('stipend_logins_total', 'Logins, by outcome.', 'outcome');
  const payments = counter('stipend_payments_total', 'Calls of issuePayment, by outcome.', 'outcome');
  function counter(name: string, help: string, label: string): Counter {
    return new Counter({ name, help, labelNames: [label], registers });
  }
  return {
    registry,
    request: ({ route, outcome }, elapsed) => requests.note([route, outcome], elapsed),
    statement: (elapsed, failed) => statements.note([failed ? 'error' : 'ok'], elapsed),
    refused: () => countRefusal('capacity'),
    sessionLookup: countLookup,
    login: (outcome) => logins.inc({ outcome }),
    payment: (outcome) => payments.inc({ outcome }),
    watchPool: (pool) => {
      new Gauge({
        name: 'stipend_database_connections',
        help: 'Connections to the database that are open, idle, and waited for.',
        labelNames: ['state'],
        registers,
        collect() {
          this.set({ state: 'open' }, pool.totalCount);
          this.set({ state: 'idle' }, pool.idleCount);
          this.set({ state: 'waited_for' }, pool.waitingCount);
        },
      });
    },
    watchInFlight: (count) => {
      new Gauge({
        name: 'stipend_requests_in_flight',
        help: 'Requests that are being served.',
        registers,
        collect() {
          this.set(count());
        },
      });
    },
  };
}

/** A counter that every request counts on: the figures are put into the registry's form at each scrape only. */
function countCheaply(
  registry: Registry,
  name: string,
  help: string,
  label: string,
): (value: string) => void {
  const counts = new Map<string, number>();
  new Counter({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const [value, count] of counts) this.inc({ [label]: value }, count);
    },
  });
  return (value) => counts.set(value, (counts.get(value) ?? 0) + 1);
}
