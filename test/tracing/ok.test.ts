import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { post, send } from '../client.js';
import { useStipend } from '../harness.js';
import { useCollector } from './collector.js';
import { callerSpan, pathsOf, spanNamed, traceId, tracesIn, tracesOf } from './support.js';

const collector = await useCollector();
const t = await useStipend();

const authorization = `Bearer ${t.admin.token}`;
const body = (query: string, variables = {}) => JSON.stringify({ query, variables });
// Two statements, however often it was seen: edges are no part of what is written of rows' columns.
const read = 'query Read { employees { nodes { id payments { edges { node { id } } } } } }';

test('a request is a tree of spans: HTTP, the operation, and each SQL statement below it', async () => {
  const spans = await tracesOf(t, collector, (url) => post(url, body(read), { authorization }));
  const paths = pathsOf(spans).sort();
  // The session is looked up before there is an operation.
  expect(paths).toEqual([
    'POST /graphql',
    'POST /graphql > pg.query:SELECT',
    'POST /graphql > query Read',
    'POST /graphql > query Read > pg.query:SELECT',
    'POST /graphql > query Read > pg.query:SELECT',
  ]);
  expect(new Set(spans.map((span) => span.traceId)).size).toBe(1);
  expect(spanNamed(spans, 'POST /graphql')).toMatchObject({
    kind: 2,
    status: 0,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'http.response.status_code': 200,
      'stipend.outcome': 'OK',
    },
  });
  expect(spanNamed(spans, 'query Read').attributes).toEqual({
    'graphql.operation.type': 'query',
    'graphql.operation.name': 'Read',
  });
});

test('a document that was seen before is traced as it was the first time', async () => {
  const spans = await tracesOf(t, collector, async (url) => {
    for (let time = 0; time < 3; time++) await post(url, body(read), { authorization });
  });
  const traces = tracesIn(spans);
  expect(traces.length).toBe(3);
  for (const trace of traces) {
    expect(pathsOf(trace)).toContain('POST /graphql > query Read > pg.query:SELECT');
  }
});

test("a statement's span has its text with placeholders, and is a client's", async () => {
  const spans = await tracesOf(t, collector, (url) =>
    send(url, {
      query: 'query One($id: ID!) { employee(id: $id) { id } }',
      variables: { id: t.employee.employeeId },
      token: t.admin.token,
    }),
  );
  const statement = spans.find(({ attributes }) =>
    `${attributes['db.query.text']}`.includes('FROM employees'),
  );
  expect(statement).toMatchObject({
    name: 'pg.query:SELECT',
    kind: 3,
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': 'SELECT',
      'db.query.text': expect.stringContaining('$1'),
    },
  });
});

test("Prisma's operations and transactions are spans, and their SQL is below them", async () => {
  const create = 'mutation New($i: CreateUserInput!) { createUser(input: $i) { user { id } } }';
  const input = { username: 'traced', password: 'a password that nobody guesses', role: 'VIEWER' };
  const spans = await tracesOf(t, collector, (url) =>
    post(url, body(create, { i: input }), { authorization }),
  );
  const paths = pathsOf(spans);
  const transaction = 'POST /graphql > mutation New > prisma:client:transaction';
  expect(paths).toContain(`${transaction} > prisma:client:start_transaction > pg.query:BEGIN`);
  expect(paths).toContain(`${transaction} > prisma:client:operation > pg.query:INSERT`);
  expect(paths).toContain(`${transaction} > prisma:client:commit_transaction > pg.query:COMMIT`);
  const operations = spans.filter(({ name }) => name === 'prisma:client:operation');
  expect(operations.map(({ attributes }) => attributes.name)).toContain('User.create');
});

test('a traceparent that is well-formed is continued, and one that is not begins a trace', async () => {
  const traceparent = `00-${traceId}-${callerSpan}-01`;
  const spans = await tracesOf(t, collector, async (url) => {
    await post(url, body('query Continued { me { id } }'), { authorization, traceparent });
    for (const wrong of ['nonsense', `00-${traceId}-0000000000000000-01`, `ff-${traceId}-${callerSpan}-01`]) {
      await post(url, body('{ __typename }'), { authorization, traceparent: wrong });
    }
  });
  const continued = spans.filter((span) => span.traceId === traceId);
  expect(pathsOf(continued)).toContain('POST /graphql > query Continued');
  expect(spanNamed(continued, 'POST /graphql').parentSpanId).toBe(callerSpan);
  const others = spans.filter((span) => span.traceId !== traceId && span.kind === 2);
  expect(others.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, undefined, undefined]);
});

test('what its caller does not sample is not exported', async () => {
  const spans = await tracesOf(t, collector, async (url) => {
    const traceparent = `00-${traceId}-${callerSpan}-00`;
    await post(url, body('{ me { id } }'), { authorization, traceparent });
    await post(url, body('{ __typename }'), { authorization });
  });
  expect(pathsOf(spans)).toContain('POST /graphql > query');
  expect(spans.map((span) => span.traceId)).not.toContain(traceId);
});

test('requests that wait for a connection keep their own statements', async () => {
  const many = 20;
  const spans = await tracesOf(
    t,
    collector,
    async (url) => {
      await post(url, body('{ me { id } }'), { authorization });
      await Promise.all(Array.from({ length: many }, () => post(url, body(read), { authorization })));
    },
    { DATABASE_POOL_SIZE: '2' },
  );
  const reads = tracesIn(spans).filter((trace) => trace.some(({ name }) => name === 'query Read'));
  expect(reads.length).toBe(many);
  for (const trace of reads) {
    const statements = pathsOf(trace).filter((path) => path.endsWith('query Read > pg.query:SELECT'));
    // Two, one where the document was known by then, or none where the statement was another request's, too.
    expect(statements.length).toBeLessThanOrEqual(2);
  }
  const paths = reads.flatMap(pathsOf);
  expect(paths.some((path) => path.endsWith('query Read > pg.query:SELECT'))).toBe(true);
});

test('what failed says so by its code alone, from the statement up', async () => {
  const spans = await tracesOf(t, collector, async (url) => {
    await t.database.sql('ALTER TABLE employees RENAME TO people');
    await post(url, body(read), { authorization });
    await t.database.sql('ALTER TABLE people RENAME TO employees');
    await post(url, body('query Unknown { nothing }'), { authorization });
  });
  const [failed = [], refused = []] = tracesIn(spans).sort((a, b) => b.length - a.length);
  expect(failed.find(({ attributes }) => attributes['db.response.status_code'] === '42P01')).toMatchObject({
    status: 2,
    attributes: { 'error.type': '42P01' },
  });
  const outcome = 'INTERNAL_SERVER_ERROR';
  expect(spanNamed(failed, 'query Read')).toMatchObject({ status: 2, attributes: { 'error.type': outcome } });
  expect(spanNamed(failed, 'POST /graphql').attributes['stipend.outcome']).toBe(outcome);
  expect(spanNamed(refused, 'query Unknown')).toMatchObject({
    status: 2,
    attributes: { 'error.type': 'GRAPHQL_VALIDATION_FAILED' },
  });
});

test('a client that goes before its answer ends the span of its request', async () => {
  const spans = await tracesOf(t, collector, async (url) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100';
    socket.write(`${head}\r\n\r\n{`);
    await fetch(`${url}/healthz`);
    socket.destroy();
    await fetch(`${url}/healthz`);
  });
  expect(spans.filter(({ kind }) => kind === 2)).toMatchObject([
    { name: 'POST /graphql', status: 2, attributes: { 'error.type': 'client_gone' } },
  ]);
});

test('every request has its span but those of health checks, and its id and trace in the log', async () => {
  const lines = t.logLines.length;
  const spans = await tracesOf(t, collector, async (url) => {
    for (const path of ['/healthz', '/readyz', '/.well-known/jwks.json', '/no/such/path']) {
      await fetch(`${url}${path}`, { headers: { 'x-request-id': 'an-id' } });
    }
  });
  expect(pathsOf(spans).sort()).toEqual(['GET', 'GET /.well-known/jwks.json']);
  for (const span of spans) expect(span.attributes['stipend.request_id']).toBe('an-id');
  const logged = t.logLines
    .slice(lines)
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === 'request');
  expect(logged.map((line) => line.traceId).sort()).toEqual(spans.map((span) => span.traceId).sort());
});

test('the resource is the service, with the name that it is given', async () => {
  await tracesOf(t, collector, (url) => fetch(`${url}/nothing`), { OTEL_SERVICE_NAME: 'payroll-eu' });
  expect(collector.resources().map((resource) => resource['service.name'])).toEqual(
    expect.arrayContaining(['stipend', 'payroll-eu']),
  );
});

test("traces are protobuf unless JSON is asked for, at the endpoint's own path", async () => {
  const before = collector.requests.length;
  const app = await t.startAnother({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/otlp/` });
  await send(app.url, { query: 'query InProtobuf { me { id } }', token: t.admin.token });
  await app.stop();
  const sent = collector.requests.splice(before);
  expect(sent.length).toBeGreaterThan(0);
  for (const { path, headers } of sent) {
    expect([path, headers['content-type']]).toEqual(['/otlp/v1/traces', 'application/x-protobuf']);
  }
  expect(Buffer.concat(sent.map(({ body }) => body)).includes('query InProtobuf')).toBe(true);
});

test("OTEL_TRACES_SAMPLER and the SDK's other variables hold", async () => {
  vi.stubEnv('OTEL_TRACES_SAMPLER', 'always_off');
  onTestFinished(() => void vi.unstubAllEnvs());
  const spans = await tracesOf(t, collector, (url) =>
    send(url, { query: '{ me { id } }', token: t.admin.token }),
  );
  expect(spans).toEqual([]);
});
