import { expect, test } from 'vitest';
import { type Figures, figures } from '../metrics/figures.js';
import { apolloRuns, ask, makeKnown, type Sent, unseen, useWays, type Way } from './support.js';

const metricsToken = 'a metrics token for tests';
const ways = await useWays({ METRICS_TOKEN: metricsToken });
const { t } = ways;
const { admin, viewer, employee } = t;

interface Line {
  msg: string;
  requestId: string;
  [name: string]: unknown;
}

/** The line of a request, without what differs from one to the next. It is written when the answer is out already. */
async function lineOf(way: Way, sent: Sent, requestId: string): Promise<object> {
  await ask(way, { ...sent, headers: { 'x-request-id': requestId } });
  const find = () => requestLines(way).filter((line) => line.requestId === requestId);
  await expect.poll(() => find().length).toBe(1);
  const [line] = find();
  return { ...line, time: null, ms: null };
}

function requestLines({ logLines }: Way): Line[] {
  return logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
}

const cases: Array<[string, Sent, object]> = [
  [
    'a query with a name',
    { query: 'query Who { me { id } }', token: viewer.token },
    { operation: 'Who', user: viewer.id, outcome: 'OK', status: 200 },
  ],
  ['a query without one', { query: '{ me { id } }', token: admin.token }, { operation: null, outcome: 'OK' }],
  [
    'one of several operations',
    { query: 'query A { me { id } } query B { me { role } }', operationName: 'B', token: admin.token },
    { operation: 'B', user: admin.id },
  ],
  [
    'a query that is refused',
    { query: 'query Users { users { totalCount } }', token: employee.token },
    { operation: 'Users', user: employee.id, outcome: 'FORBIDDEN', status: 200 },
  ],
  [
    'a fault of the input',
    { query: 'query One($id: ID!) { employee(id: $id) { id } }', variables: { id: 'x' }, token: admin.token },
    { operation: 'One', outcome: 'BAD_USER_INPUT' },
  ],
  [
    'a variable that cannot be so',
    { query: 'query One($id: ID!) { employee(id: $id) { id } }', variables: { id: {} }, token: admin.token },
    { operation: 'One', outcome: 'BAD_USER_INPUT' },
  ],
  [
    'a mutation',
    {
      query: 'mutation Edit($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }',
      variables: { input: { id: employee.employeeId, version: 99 } },
      token: admin.token,
    },
    { operation: 'Edit', outcome: 'CONFLICT' },
  ],
];

test.each(cases)('%s: the log line says the same each time', async (what, given, expected) => {
  const sent = { ...given, query: unseen(given.query) };
  const name = what.replace(/\W/g, '-');
  const reference = await lineOf(ways.never, sent, name);
  expect(reference).toMatchObject(expected);
  for (const way of [ways.known, ways.always]) {
    for (const time of [1, 2, 3]) {
      const requestId = `${name}-${time}`;
      expect(await lineOf(way, sent, requestId)).toEqual({ ...reference, requestId });
    }
  }
});

test('an id that the server makes for a request is a new one each time, and is in its log line', async () => {
  const query = unseen('{ me { id } }');
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${admin.token}` };
  const ids: string[] = [];
  for (let time = 0; time < 4; time++) {
    const answer = await fetch(`${ways.known.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    ids.push(answer.headers.get('x-request-id') ?? '');
  }
  expect(new Set(ids).size).toBe(4);
  await expect
    .poll(() => requestLines(ways.known).map(({ requestId }) => requestId))
    .toEqual(expect.arrayContaining(ids));
});

const read = ({ url }: Way) => figures(url, `Bearer ${metricsToken}`);

/** By how much a figure grows while a request is sent that goes past Apollo. */
async function growth(way: Way, sent: Sent, value: (now: Figures) => number): Promise<number> {
  const [before, runs] = [value(await read(way)), apolloRuns()];
  await ask(way, sent);
  expect(apolloRuns() - runs, 'past Apollo').toBe(0);
  await expect.poll(async () => value(await read(way))).toBeGreaterThan(before);
  return value(await read(way)) - before;
}

const requests = (outcome: string) => (now: Figures) =>
  now.value('stipend_request_seconds_count', { route: '/graphql', outcome });

test('a request that goes past Apollo is counted by its outcome, with its SQL and its session', async () => {
  const way = ways.known;
  const one = { query: unseen('query ($id: ID!) { employee(id: $id) { name } }'), token: admin.token };
  const good = { ...one, variables: { id: employee.employeeId } };
  const bad = { ...one, variables: { id: 'x' } };
  await makeKnown(way, good);
  expect(await growth(way, good, requests('OK'))).toBe(1);
  expect(await growth(way, bad, requests('BAD_USER_INPUT'))).toBe(1);
  expect(await growth(way, { ...good, token: undefined }, requests('UNAUTHENTICATED'))).toBe(1);
  expect(await growth(way, good, (now) => now.value('stipend_sql_seconds_count', { outcome: 'ok' }))).toBe(1);
  const fromMemory = (now: Figures) => now.value('stipend_session_lookups_total', { from: 'memory' });
  expect(await growth(way, good, fromMemory)).toBe(1);
});

test('a payment that goes past Apollo is counted by its outcome', async () => {
  const way = ways.known;
  const query = unseen('mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }');
  const input = (amount: string) => ({
    query,
    variables: {
      input: { employeeId: employee.employeeId, amount: { amount, currency: 'EUR' }, kind: 'BONUS' },
    },
    token: admin.token,
  });
  await makeKnown(way, input('1.00'));
  const payments = (outcome: string) => (now: Figures) => now.value('stipend_payments_total', { outcome });
  expect(await growth(way, input('2.00'), payments('OK'))).toBe(1);
  expect(await growth(way, input('-2.00'), payments('BAD_USER_INPUT'))).toBe(1);
});

test('no log line has a token, a variable or a word of the document', async () => {
  const query = unseen(
    'query Named($search: String) { plantedAlias: employees(filter: { search: $search }) { totalCount } }',
  );
  const whole = unseen(
    'query Named($filter: EmployeeFilter) { plantedAlias: employees(filter: $filter) { totalCount } }',
  );
  for (const way of [ways.known, ways.always]) {
    for (let time = 0; time < 3; time++) {
      await ask(way, { query, variables: { search: 'planted-value' }, token: admin.token });
      await ask(way, {
        query: whole,
        variables: { filter: { search: 'planted-value' } },
        token: admin.token,
      });
      await ask(way, {
        query: whole,
        variables: { filter: { search: ['planted-value'] } },
        token: admin.token,
      });
    }
    await expect.poll(() => requestLines(way).length).toBeGreaterThan(8);
    const logged = way.logLines.join('\n');
    expect(logged).not.toMatch(/planted|totalCount/);
    expect(logged).not.toContain(admin.token);
  }
});
