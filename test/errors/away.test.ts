import { expect, test } from 'vitest';
import { type Answer, send } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { userPassword } from '../factories.js';
import { adminPassword } from '../harness.js';
import { until } from '../start/support.js';
import { everyOperation, type Operation } from './operations.js';
import { ownServer, useStipendOn } from './support.js';

// The database goes away and comes back: the tests run in their order.

const server = await ownServer();
const t = await useStipendOn(server);
const login =
  'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { refreshToken } }';
const admin = { username: 'admin', password: adminPassword };
const { refreshToken } = (await send(t.url, { query: login, variables: admin })).data.login;

const operations = everyOperation({
  ID: t.employeeId,
  refreshToken,
  ...admin,
  currentPassword: adminPassword,
});
const publicOperations = ['login', 'refreshSession'];

const run = ({ query, variables }: Operation, token?: string) => send(t.url, { query, variables, token });
const healthOf = async (path: string) => (await fetch(`${t.url}${path}`)).status;

/** One error, which says that the service is away and nothing else. */
function expectUnavailable(answer: Answer, title: string): void {
  expect(
    answer.errors?.map(({ extensions }) => extensions.code),
    `${title}: ${answer.text}`,
  ).toEqual(['SERVICE_UNAVAILABLE']);
  expect([200, 503], title).toContain(answer.status);
  expect(answer.text, title).not.toMatch(/127\.0\.0\.1|ECONN|postgres|prisma|select|\bat \S+:\d/i);
}

test('requests during which the database goes away are answered, or are told that the service is not available', async () => {
  const issue = `mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } } }`;
  const amount = { amount: '1.00', currency: 'EUR' };
  const requests = Array.from({ length: 40 }, (_, index) => {
    const input = { employeeId: t.employeeId, amount, kind: 'BONUS', idempotencyKey: `away-${index}` };
    const query = '{ payments { totalCount nodes { issuedBy { username } } } }';
    return index % 2 === 0
      ? send(t.url, { query, token: t.tokens.VIEWER })
      : send(t.url, { query: issue, variables: { input }, token: t.tokens.ADMIN });
  });
  await requests[0];
  await server.stop();
  for (const [index, answer] of (await Promise.all(requests)).entries()) {
    if (answer.errors) expectUnavailable(answer, `request ${index}`);
  }
});

test('without the database /readyz is 503 and /healthz is 200', async () => {
  expect(await healthOf('/readyz')).toBe(503);
  expect(await healthOf('/healthz')).toBe(200);
});

test('without the database every operation is SERVICE_UNAVAILABLE to an admin', async () => {
  expect(operations.length).toBeGreaterThan(10);
  for (const operation of operations) {
    expectUnavailable(await run(operation, t.tokens.ADMIN), operation.name);
  }
});

test('without the database no token that was good is refused, whoever has it', async () => {
  for (const role of ['ADMIN', 'VIEWER', 'EMPLOYEE'] as const) {
    const answer = await send(t.url, { query: '{ me { id } }', token: t.tokens[role] });
    expectUnavailable(answer, role);
    expect(answer.headers.get('www-authenticate'), role).toBeNull();
  }
});

test('without the database login and refreshSession are SERVICE_UNAVAILABLE with no token', async () => {
  for (const operation of operations.filter(({ name }) => publicOperations.includes(name))) {
    expectUnavailable(await run(operation), operation.name);
  }
});

test('what needs no database is answered without it', async () => {
  expect((await send(t.url, { query: '{ __typename }' })).data).toEqual({ __typename: 'Query' });
  expectCode(await send(t.url, { query: '{ me' }), 'GRAPHQL_PARSE_FAILED');
  const forged = await send(t.url, { query: '{ me { id } }', token: `${t.tokens.ADMIN}x` });
  expect(forged.status).toBe(401);
});

test('a database that is away is logged without its address, SQL, a stack, a token or a password', () => {
  expect(t.logLines.length).toBeGreaterThan(0);
  const secrets = [server.password, adminPassword, userPassword, refreshToken, ...Object.values(t.tokens)];
  for (const line of t.logLines) {
    for (const secret of secrets) expect(line).not.toContain(secret);
    expect(line).not.toMatch(/an operation failed|a request failed/);
    expect(line).not.toMatch(new RegExp(new URL(server.url).port));
    expect(line).not.toMatch(/SELECT|INSERT|node_modules|\\n +at /);
  }
});

test('when the database is back the first request succeeds within 2 s, and so does every operation after it', async () => {
  await server.start();
  const me = () => send(t.url, { query: '{ me { username } }', token: t.tokens.ADMIN });
  await until(async () => (await me()).data?.me.username === 'admin', 2_000);
  await until(async () => (await healthOf('/readyz')) === 200, 2_000);
  for (const operation of operations.filter(({ query }) => query.startsWith('query'))) {
    const answer = await run(operation, t.tokens.VIEWER);
    expect(answer.errors?.[0]?.extensions.code, operation.name).not.toBe('SERVICE_UNAVAILABLE');
    expect(answer.errors?.[0]?.extensions.code, operation.name).not.toBe('INTERNAL_SERVER_ERROR');
  }
  expectData(await send(t.url, { query: login, variables: admin }));
});

test('a payment that was cut off is issued exactly once when it is tried again', async () => {
  const issue = `mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } } }`;
  const amount = { amount: '1.00', currency: 'EUR' };
  for (let index = 1; index < 40; index += 2) {
    const input = { employeeId: t.employeeId, amount, kind: 'BONUS', idempotencyKey: `away-${index}` };
    const answer = await send(t.url, { query: issue, variables: { input }, token: t.tokens.ADMIN });
    expectData(answer);
  }
  const keys = "SELECT id FROM payments WHERE amount_minor = 100 AND kind = 'BONUS'";
  expect(await server.database.sql(keys)).toHaveLength(20);
});
