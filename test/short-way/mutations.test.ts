import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { insertEmployee, userPassword } from '../factories.js';
import { expectInvariants } from '../invariants.js';
import { isAccepted, newPerson } from '../sessions/support.js';
import { apolloRuns, ask, bodyOf, codesOf, makeKnown, unseen, useWays, type Way } from './support.js';

const ways = await useWays();
const { t } = ways;
const { admin } = t;
const each: Array<[string, Way]> = [
  ['known', ways.known],
  ['always', ways.always],
];

const pay = `mutation Pay($input: IssuePaymentInput!) {
  issuePayment(input: $input) { replayed payment { id amount { amount currency } kind employee { id } issuedBy { username } } } }`;

function bonus(employeeId: string, amount = '1.00') {
  return { employeeId, amount: { amount, currency: 'EUR' }, kind: 'BONUS', idempotencyKey: randomUUID() };
}

const paymentsOf = (employeeId: string) =>
  t.database.sql<{ id: string }>('SELECT id FROM payments WHERE employee_id = $1 ORDER BY id', [employeeId]);

test.each(each)('%s: each key is paid once, by whichever way its request goes', async (_name, way) => {
  const employeeId = await insertEmployee(t.database);
  const query = unseen(pay);
  const ids: string[] = [];
  for (let time = 1; time <= 6; time++) {
    const before = apolloRuns();
    const answer = await ask(way, { query, variables: { input: bonus(employeeId) }, token: admin.token });
    const { data } = bodyOf(answer);
    expect(data, `time ${time}: ${answer.body}`).toMatchObject({
      issuePayment: { replayed: false, payment: { kind: 'BONUS', employee: { id: employeeId } } },
    });
    ids.push(/"id":"([0-9a-f-]{36})","amount"/.exec(answer.body)?.[1] ?? '');
    if (time > 1) expect(apolloRuns() - before, 'past Apollo').toBe(0);
    expect((await paymentsOf(employeeId)).map(({ id }) => id)).toEqual(ids.toSorted());
  }
  expect(new Set(ids).size).toBe(6);
});

test.each(each)(
  '%s: a key that was paid one way is replayed the other, and not paid again',
  async (_name, way) => {
    const employeeId = await insertEmployee(t.database);
    const variables = { input: bonus(employeeId) };
    const query = unseen(pay);
    const answers = [];
    for (let time = 0; time < 3; time++)
      answers.push(bodyOf(await ask(way, { query, variables, token: admin.token })));
    answers.push(bodyOf(await ask(ways.never, { query, variables, token: admin.token })));
    expect(answers.map(({ data }) => data?.issuePayment)).toEqual(
      [false, true, true, true].map((replayed) => expect.objectContaining({ replayed })),
    );
    expect(await paymentsOf(employeeId)).toHaveLength(1);
  },
);

test('a key that many send at once, while the way changes, is paid once', async () => {
  const employeeId = await insertEmployee(t.database);
  const variables = { input: bonus(employeeId) };
  const query = unseen(pay);
  const everywhere = [ways.known, ways.always, ways.never, ways.known, ways.always, ways.known, ways.known];
  const answers = await Promise.all(
    everywhere.map((way) => ask(way, { query, variables, token: admin.token })),
  );
  const paid = answers.map((answer) => bodyOf(answer).data?.issuePayment);
  expect(paid.filter((each) => JSON.stringify(each).includes('"replayed":false'))).toHaveLength(1);
  expect(await paymentsOf(employeeId)).toHaveLength(1);
});

test.each([...each, ['never', ways.never] satisfies [string, Way]])(
  '%s: several mutations of one request run one after the other, each time, and each finds what the one before it left',
  async (_name, way) => {
    const query =
      unseen(`mutation ($first: EditEmployeeInput!, $input: IssuePaymentInput!, $again: IssuePaymentInput!) {
      one: editEmployee(input: $first) { employee { version title payments { totalCount } } }
      two: issuePayment(input: $input) { payment { employee { title payments { totalCount } } } }
      three: issuePayment(input: $again) { replayed payment { employee { payments { totalCount } } } }
    }`);
    for (let time = 1; time <= 3; time++) {
      const employeeId = await insertEmployee(t.database);
      const input = bonus(employeeId);
      const variables = {
        first: { id: employeeId, version: 1, title: `Title ${time}` },
        input,
        again: input,
      };
      const answer = await ask(way, { query, variables, token: admin.token });
      expect(bodyOf(answer), answer.body).toEqual({
        data: {
          one: { employee: { version: 2, title: `Title ${time}`, payments: { totalCount: 0 } } },
          two: { payment: { employee: { title: `Title ${time}`, payments: { totalCount: 1 } } } },
          three: { replayed: true, payment: { employee: { payments: { totalCount: 1 } } } },
        },
      });
    }
  },
);

test.each([...each, ['never', ways.never] satisfies [string, Way]])(
  '%s: of two salaries for one day the first is paid and the second refused, each time',
  async (_name, way) => {
    const query = unseen(`mutation ($a: IssuePaymentInput!, $b: IssuePaymentInput!) {
      a: issuePayment(input: $a) { replayed } b: issuePayment(input: $b) { replayed } }`);
    for (let time = 1; time <= 3; time++) {
      const employeeId = await insertEmployee(t.database);
      const salary = {
        ...bonus(employeeId),
        kind: 'SALARY',
        period: { start: '2026-11-01', end: '2026-11-30' },
      };
      const variables = { a: salary, b: { ...salary, idempotencyKey: randomUUID() } };
      const answer = await ask(way, { query, variables, token: admin.token });
      expect({ codes: codesOf(answer), data: bodyOf(answer).data }).toEqual({
        codes: ['ALREADY_PAID'],
        data: { a: { replayed: false }, b: null },
      });
      expect(bodyOf(answer).errors?.[0]?.path).toEqual(['b']);
      expect(await paymentsOf(employeeId)).toHaveLength(1);
    }
  },
);

test.each(each)(
  '%s: a request may try one password and no more, also in a document that is known',
  async (_name, way) => {
    const query = unseen(
      'mutation ($u: String!, $p: String!) { a: login(username: $u, password: $p) { token } b: login(username: $u, password: $p) { token } }',
    );
    const variables = { u: 'vera', p: userPassword };
    for (let time = 1; time <= 3; time++) {
      expect(codesOf(await ask(way, { query, variables, token: admin.token })), `time ${time}`).toEqual([
        'RATE_LIMITED',
      ]);
    }
  },
);

test('a login in a document that is known gives a token that is good, to somebody anonymous', async () => {
  const query = unseen(
    'mutation ($u: String!, $p: String!) { login(username: $u, password: $p) { token user { username employee { id } } } }',
  );
  const variables = { u: 'vera', p: userPassword };
  await makeKnown(ways.known, { query, variables, token: admin.token });
  const before = apolloRuns();
  const answer = await ask(ways.known, { query, variables });
  expect(apolloRuns() - before, 'past Apollo').toBe(0);
  const token = /"token":"([^"]+)"/.exec(answer.body)?.[1] ?? '';
  expect(await isAccepted(ways.known.url, token)).toBe(true);
});

test.each(each)('%s: a logout ends the session that it came with, each time', async (_name, way) => {
  const query = unseen('mutation { logout { revokedSessions } }');
  for (let time = 1; time <= 3; time++) {
    const person = await newPerson(t);
    const answer = await ask(way, { query, token: person.token });
    expect(bodyOf(answer)).toEqual({ data: { logout: { revokedSessions: 1 } } });
    expect(await isAccepted(way.url, person.token), `time ${time}`).toBe(false);
  }
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
});

test.each([
  'payment { id amount { currency amount } kind note status issuedAt period { start end } voidedAt voidReason } replayed',
  'replayed it: payment { __typename at: issuedAt id again: id issuedBy { username id __typename } } __typename',
  'payment { amount { ...M } ...P } } } fragment M on Money { amount } fragment P on Payment { note period { end ',
  'payment { note } too: payment { note amount { amount } }',
  'payment { id } ... on IssuePaymentPayload { payment { note } }',
  'payment { note employee { name } replacedBy { id } }',
  'payment { payRun { id } voidedBy { id } replaces { id } kind }',
])('a payment is answered the same, whichever way it is issued or replayed: %s', async (selection) => {
  const employeeId = await insertEmployee(t.database);
  const query = unseen(
    `mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { ${selection} } }`,
  );
  const orders = [
    { ...bonus(employeeId, '12.30'), note: '"\\ </script>\u2028 ä€😀' },
    { ...bonus(employeeId), kind: 'SALARY', period: { start: '2026-01-01', end: '2026-01-31' } },
  ];
  for (const input of orders) {
    const bodies: string[] = [];
    for (const way of [ways.always, ways.never, ways.known, ways.known, ways.known]) {
      bodies.push((await ask(way, { query, variables: { input }, token: admin.token })).body);
    }
    expect(bodies[0]).not.toContain('errors');
    expect(new Set(bodies.map((body) => body.replace('"replayed":false', '"replayed":true')))).toEqual(
      new Set([bodies[1]]),
    );
  }
  expect(await paymentsOf(employeeId)).toHaveLength(2);
});
