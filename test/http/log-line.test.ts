import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import { until } from '../start/support.js';

const t = await useStipend();

const json = { 'content-type': 'application/json' };
const authorization = `Bearer ${t.admin.token}`;

/** @returns the lines that the work has left, and nothing else has */
async function linesOf(work: () => Promise<unknown>, count: number): Promise<Array<Record<string, unknown>>> {
  const from = t.logLines.length;
  await work();
  await until(async () => t.logLines.length >= from + count, 5_000);
  // Whatever else a request leaves is there when the next one's line is.
  await fetch(`${t.url}/the-end`);
  await until(async () => t.logLines.slice(from).some((line) => line.includes('"status":404')), 5_000);
  const lines = t.logLines.slice(from).map((line) => JSON.parse(line));
  return lines.filter(({ status }) => status !== 404);
}

test('a request leaves one line each time, whatever way it goes, with who, what, how it ended and how long it took', async () => {
  const document = 'query Watched { employees { totalCount } }';
  const startedAt = performance.now();
  const lines = await linesOf(async () => {
    for (let time = 0; time < 4; time++) {
      await fetch(`${t.url}/graphql`, {
        method: 'POST',
        headers: { ...json, authorization, 'x-request-id': `watched-${time}` },
        body: JSON.stringify({ query: document }),
      });
    }
  }, 4);
  const elapsed = performance.now() - startedAt;
  expect(lines).toEqual(
    [0, 1, 2, 3].map((time) => ({
      level: 30,
      time: expect.any(Number),
      msg: 'request',
      requestId: `watched-${time}`,
      method: 'POST',
      route: '/graphql',
      operation: 'Watched',
      user: t.admin.id,
      ip: '127.0.0.1',
      status: 200,
      outcome: 'OK',
      ms: expect.any(Number),
    })),
  );
  for (const { ms } of lines) {
    expect(ms).toBeGreaterThan(0);
    expect(ms).toBeLessThan(elapsed);
  }
});

test.each<[string, string, number, RequestInit, string]>([
  ['a wrong document', 'GRAPHQL_VALIDATION_FAILED', 200, { method: 'POST', body: '{"query":"{ x }"}' }, ''],
  ['no document', 'GRAPHQL_PARSE_FAILED', 200, { method: 'POST', body: '{"query":"{"}' }, ''],
  ['no JSON', 'GRAPHQL_PARSE_FAILED', 400, { method: 'POST', body: '{' }, ''],
  ['nobody', 'UNAUTHENTICATED', 200, { method: 'POST', body: '{"query":"{ me { id } }"}' }, ''],
  [
    'a bad token',
    'UNAUTHENTICATED',
    401,
    { method: 'POST', headers: { authorization: 'Bearer x' }, body: '{}' },
    '',
  ],
  ['another method', 'BAD_USER_INPUT', 405, { method: 'PUT', body: '{"query":"{ me { id } }"}' }, ''],
  ['a mutation by GET', 'BAD_USER_INPUT', 405, {}, '?query=mutation{logout{revokedSessions}}'],
  ['a large body', 'BAD_USER_INPUT', 413, { method: 'POST', body: 'x'.repeat(300_000) }, ''],
  [
    'a compressed body',
    'BAD_USER_INPUT',
    415,
    { method: 'POST', headers: { 'content-encoding': 'br' }, body: '{}' },
    '',
  ],
  [
    'a simple request',
    'BAD_USER_INPUT',
    400,
    { headers: { 'content-type': 'text/plain' } },
    '?query={me{id}}',
  ],
])('%s: the line says %s, %i', async (_name, outcome, status, request, search) => {
  const lines = await linesOf(
    () => fetch(`${t.url}/graphql${search}`, { ...request, headers: { ...json, ...request.headers } }),
    1,
  );
  expect(lines).toEqual([expect.objectContaining({ outcome, status, user: null })]);
});

test('a path that there is not is told by no name of its own', async () => {
  const from = t.logLines.length;
  await fetch(`${t.url}/planted-path?planted=query`);
  await until(async () => t.logLines.length > from, 5_000);
  expect(JSON.parse(t.logLines[from] ?? '')).toMatchObject({
    route: null,
    status: 404,
    outcome: 'NOT_FOUND',
  });
  expect(t.logLines[from]).not.toContain('planted');
});

test.each([
  ['is served', '{ __typename }'],
  ['is served a second time', '{ __typename }'],
  ['is not valid', '{ nothing }'],
])('of an operation that %s the name is told, and no more than 100 letters of it', async (_title, fields) => {
  for (const name of ['Told', 'T'.repeat(101)]) {
    const lines = await linesOf(
      () =>
        fetch(`${t.url}/graphql`, {
          method: 'POST',
          headers: { ...json, authorization },
          body: JSON.stringify({ query: `query ${name} ${fields}`, operationName: name }),
        }),
      1,
    );
    const operation = name.length > 100 ? `${'T'.repeat(100)}…` : name;
    expect(lines).toEqual([expect.objectContaining({ operation })]);
  }
});
