import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { insertEmployee, userPassword } from '../factories.js';
import { expectInvariants } from '../invariants.js';
import { isAccepted, newPerson } from '../sessions/support.js';
import {
  bodyOf,
  codesOf,
  makeKnown,
  type RawAnswer,
  send,
  sendKnown,
  sendUnseen,
  unseen,
  useServer,
} from './support.js';

const t = await useServer();
const { token } = t.admin;

const bonus = (employeeId: string, amount = '1.00') => ({
  employeeId,
  amount: { amount, currency: 'EUR' },
  kind: 'BONUS',
  idempotencyKey: randomUUID(),
});

const paymentsOf = (employeeId: string) =>
  t.database.sql('SELECT id FROM payments WHERE employee_id = $1', [employeeId]);

const pay =
  'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed payment { id } } }';

test('a key that many requests send at once, while their document becomes known, is paid once', async () => {
  const employeeId = await insertEmployee(t.database);
  const sent = { query: unseen(pay), variables: { input: bonus(employeeId) }, token };
  const first = await Promise.all([send(t, sent), sendUnseen(t, sent), send(t, sent), sendUnseen(t, sent)]);
  const answers = [...first, await sendKnown(t, sent), await sendUnseen(t, sent)];
  const replayed = answers.map(({ body }) => body.includes('"replayed":true'));
  expect(replayed.filter((one) => !one)).toHaveLength(1);
  expect(answers.flatMap(codesOf)).toEqual([]);
  expect(await paymentsOf(employeeId)).toHaveLength(1);
});

test('a known document pays each key', async () => {
  const employeeId = await insertEmployee(t.database);
  const query = unseen(pay);
  for (const time of [1, 2, 3]) {
    const answer = await send(t, { query, variables: { input: bonus(employeeId) }, token });
    expect(bodyOf(answer).data).toMatchObject({ issuePayment: { replayed: false } });
    expect(await paymentsOf(employeeId)).toHaveLength(time);
  }
});

test.each([
  'payment { id amount { currency amount } kind note status issuedAt period { start end } voidedAt voidReason } replayed',
  'replayed it: payment { __typename at: issuedAt again: id issuedBy { username id __typename } } __typename',
  'payment { note } too: payment { note amount { __typename } } ... on IssuePaymentPayload { payment { id kind } }',
  'payment { note employee { name } payRun { id } voidedBy { id } replaces { id } replacedBy { id } }',
])('a payment that was issued is answered as one that is replayed: %s', async (selection) => {
  const employeeId = await insertEmployee(t.database);
  const query = `mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { ${selection} } }`;
  const period = { start: '2026-01-01', end: '2026-01-31' };
  const note = '"\\ </script>\u2028 ä€😀';
  for (const input of [
    { ...bonus(employeeId), kind: 'SALARY', period },
    { ...bonus(employeeId, '12.30'), note },
  ]) {
    const known = { query: unseen(query), variables: { input }, token };
    await makeKnown(t, { ...known, variables: { input: bonus(employeeId) } });
    const answers = [await sendKnown(t, known), await sendKnown(t, known), await sendUnseen(t, known)];
    const bodies = answers.map(({ body }) => body.replace('"replayed":false', '"replayed":true'));
    expect(bodies[0]).not.toContain('errors');
    expect(new Set(bodies).size).toBe(1);
  }
});

test('several mutations of a known document run one after the other, and each finds what the one before it left', async () => {
  const query =
    unseen(`mutation ($edit: EditEmployeeInput!, $first: IssuePaymentInput!, $second: IssuePaymentInput!) {
    one: editEmployee(input: $edit) { employee { version payments { totalCount } } }
    two: issuePayment(input: $first) { payment { employee { title payments { totalCount } } } }
    three: issuePayment(input: $second) { replayed }
    four: issuePayment(input: $first) { replayed payment { employee { payments { totalCount } } } } }`);
  for (const title of ['First', 'Second', 'Third']) {
    const employeeId = await insertEmployee(t.database);
    const period = { start: '2026-11-01', end: '2026-11-30' };
    const first = { ...bonus(employeeId), kind: 'SALARY', period };
    const second = { ...first, idempotencyKey: randomUUID() };
    const variables = { edit: { id: employeeId, version: 1, title }, first, second };
    const answer = await send(t, { query, variables, token });
    expect(bodyOf(answer).errors).toMatchObject([{ path: ['three'], extensions: { code: 'ALREADY_PAID' } }]);
    expect(bodyOf(answer).data).toEqual({
      one: { employee: { version: 2, payments: { totalCount: 0 } } },
      two: { payment: { employee: { title, payments: { totalCount: 1 } } } },
      three: null,
      four: { replayed: true, payment: { employee: { payments: { totalCount: 1 } } } },
    });
  }
});

test('of two mutations of a known document, of which the first is refused, each is answered by its name', async () => {
  const query = unseen(`mutation ($refused: IssuePaymentInput!, $paid: IssuePaymentInput!) {
    first: issuePayment(input: $refused) { payment { id } }
    second: issuePayment(input: $paid) { replayed } }`);
  for (let time = 1; time <= 3; time++) {
    const employeeId = await insertEmployee(t.database);
    const variables = { refused: bonus(employeeId, '0.00'), paid: bonus(employeeId) };
    const answer = bodyOf(await send(t, { query, variables, token }));
    expect(answer.data).toEqual({ first: null, second: { replayed: false } });
    expect(answer.errors).toMatchObject([{ path: ['first'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await paymentsOf(employeeId)).toHaveLength(1);
  }
});

test.each([
  {
    place: 'a variable',
    query: pay,
    nulled: () => ({ input: null }),
  },
  {
    place: 'a field of a variable',
    query: pay,
    nulled: (employeeId: string) => ({ input: { ...bonus(employeeId), employeeId: null } }),
  },
  {
    place: 'an argument whose variable has a default',
    query: `mutation ($input: IssuePaymentInput = { employeeId: "1", amount: { amount: "1", currency: "EUR" },
      kind: BONUS, idempotencyKey: "a key of the default" }) { issuePayment(input: $input) { replayed payment { id } } }`,
    nulled: () => ({ input: null }),
  },
])(
  '100 mutations with null where none is allowed are refused, and the next payment is made: $place',
  async (given) => {
    const employeeId = await insertEmployee(t.database);
    const query = unseen(given.query);
    const known = { query, variables: { input: bonus(employeeId) }, token };
    await makeKnown(t, known);
    const nulls = Array.from({ length: 100 }, () =>
      send(t, { query, variables: given.nulled(employeeId), token }),
    );
    for (const answer of await Promise.all(nulls)) {
      expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    }
    const paid = await sendKnown(t, { ...known, variables: { input: bonus(employeeId) } });
    expect(bodyOf(paid).data).toMatchObject({ issuePayment: { replayed: false } });
    expect(await paymentsOf(employeeId)).toHaveLength(2);
    expect((await fetch(new URL('/readyz', t.url))).status).toBe(200);
  },
);

const logIn = 'login(username: $u, password: $p) { token user { username role employee { id } } }';
const variables = { u: 'vera', p: userPassword };
const tokenIn = ({ body }: RawAnswer) => /"token":"([^"]+)"/.exec(body)?.[1] ?? '';

test('a request may try one password, also by a known document', async () => {
  const query = unseen(`mutation ($u: String!, $p: String!) { a: ${logIn} b: ${logIn} }`);
  for (let time = 1; time <= 3; time++) {
    expect(codesOf(await send(t, { query, variables, token })), `time ${time}`).toEqual(['RATE_LIMITED']);
  }
});

test.each([logIn, logIn.replace('employee { id }', 'id')])(
  'an anonymous caller logs in by a known document, and the token is good: %s',
  async (selection) => {
    const query = unseen(`mutation ($u: String!, $p: String!) { ${selection} }`);
    await makeKnown(t, { query, variables, token });
    const answer = await sendKnown(t, { query, variables });
    expect(bodyOf(answer).data).toMatchObject({ login: { user: { username: 'vera', role: 'VIEWER' } } });
    expect(await isAccepted(t.url, tokenIn(answer))).toBe(true);
  },
);

test('a logout by a known document ends its session', async () => {
  const query = unseen('mutation { logout { revokedSessions } }');
  for (let time = 1; time <= 3; time++) {
    const person = await newPerson(t);
    const answer = await send(t, { query, token: person.token });
    expect(bodyOf(answer)).toEqual({ data: { logout: { revokedSessions: 1 } } });
    expect(await isAccepted(t.url, person.token), `time ${time}`).toBe(false);
  }
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
});
