import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The figures that an operator watches, in Prometheus's format. docs/grafana-dashboard.json shows them. */
export interface Metrics {
  readonly registry: Registry;
  request(labels: { route: string; outcome: string }, seconds: number): void;
  /** A request over MAX_REQUESTS was refused. */
  refused(): void;
  statement(seconds: number, failed: boolean): void;
  sessionLookup(from: 'memory' | 'database'): void;
  login(outcome: string): void;
  payment(outcome: string): void;
  /** The pool is read at each scrape. */
  watchPool(pool: { totalCount: number; idleCount: number; waitingCount: number }): void;
  watchInFlight(count: () => number): void;
  /** @param waitingSeconds for how long a commit has been waiting for a replica */
  watchCommits(waitingSeconds: () => number): void;
}

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'stipend_request_seconds',
    help: 'Time from a request to its answer, by route and outcome: OK, or the code of the first error.',
    labelNames: ['route', 'outcome'],
    buckets,
    registers,
  });
  const statements = new Histogram({
    name: 'stipend_sql_seconds',
    help: 'Time that SQL statements of hot reads and payments took, a wait for a connection included.',
    labelNames: ['outcome'],
    buckets,
    registers,
  });
  const counter = (name: string, help: string, label: string) =>
    new Counter({ name, help, labelNames: [label], registers });
  const lookups = counter(
    'stipend_session_lookups_total',
    'Sessions looked up, by where they were found.',
    'from',
  );
  const refusals = counter(
    'stipend_requests_refused_total',
    'Requests that were refused without being executed, by reason.',
    'reason',
  );
  const logins = counter('stipend_logins_total', 'Logins, by outcome.', 'outcome');
  const payments = counter('stipend_payments_total', 'Calls of issuePayment, by outcome.', 'outcome');
  return {
    registry,
    request: (labels, seconds) => requests.observe(labels, seconds),
    statement: (seconds, failed) => statements.observe({ outcome: failed ? 'error' : 'ok' }, seconds),
    refused: () => refusals.inc({ reason: 'capacity' }),
    sessionLookup: (from) => lookups.inc({ from }),
    login: (outcome) => logins.inc({ outcome }),
    payment: (outcome) => payments.inc({ outcome }),
    watchPool: (pool) => watchPool(registry, pool),
    watchInFlight: (count) => watchInFlight(registry, count),
    watchCommits: (waitingSeconds) => watchCommits(registry, waitingSeconds),
  };
}

function watchPool(registry: Registry, pool: Parameters<Metrics['watchPool']>[0]): void {
  new Gauge({
    name: 'stipend_database_connections',
    help: 'Connections to the database that are open, idle, and waited for.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'open' }, pool.totalCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'waited_for' }, pool.waitingCount);
    },
  });
}

function watchInFlight(registry: Registry, count: () => number): void {
  new Gauge({
    name: 'stipend_requests_in_flight',
    help: 'Requests that are being served.',
    registers: [registry],
    collect() {
      this.set(count());
    },
  });
}

function watchCommits(registry: Registry, waitingSeconds: () => number): void {
  new Gauge({
    name: 'stipend_commit_waiting_seconds',
    help: 'For how long a commit has been waiting, as for a replica that is gone. About 0 when commits get through.',
    registers: [registry],
    collect() {
      this.set(waitingSeconds());
    },
  });
}
