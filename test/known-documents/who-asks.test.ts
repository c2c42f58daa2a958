import { describe, expect, test } from 'vitest';
import { World } from '../permissions/world.js';
import { newPerson } from '../sessions/support.js';
import {
  apolloRuns,
  ask,
  bodyOf,
  codesOf,
  expectSameOfKnown,
  makeKnown,
  unseen,
  useWays,
} from './support.js';

const ways = await useWays();
const { t } = ways;
const { admin, viewer, employee } = t;
const world = await World.create(t);
const others = { id: world.employeeId.others, p: world.paymentId.others };
const own = { id: world.employeeId.own, p: world.paymentId.own };

const askers: Array<[string, string | undefined]> = [
  ['an admin', admin.token],
  ['a viewer', viewer.token],
  ['an employee', employee.token],
  ['somebody anonymous', undefined],
];

const documents: Array<[string, string, object]> = [
  [
    'employee',
    'query ($id: ID!) { employee(id: $id) { name salary { amount } payments { nodes { id } } } }',
    { id: others.id },
  ],
  [
    'own employee',
    'query ($id: ID!) { employee(id: $id) { name salary { amount } payments { nodes { id } } } }',
    { id: own.id },
  ],
  [
    'payment',
    'query ($p: ID!) { payment(id: $p) { amount { amount } payRun { id } issuedBy { username employee { name } } replaces { id } } }',
    { p: others.p },
  ],
  [
    'own payment',
    'query ($p: ID!) { payment(id: $p) { amount { amount } payRun { id } issuedBy { username employee { name } } replaces { id } } }',
    { p: own.p },
  ],
  [
    'employees',
    '{ employees { totalCount nodes { name bankAccount { lastFour } } edges { node { email } } } }',
    {},
  ],
  [
    'payments',
    '{ payments { totalCount nodes { id employee { name } issuedBy { username employee { name } } } } }',
    {},
  ],
  [
    'payments of somebody',
    'query ($f: PaymentFilter) { payments(filter: $f) { totalCount nodes { id } } }',
    { f: { employeeId: others.id } },
  ],
  ['users', '{ users { nodes { username employee { name } } } }', {}],
  ['me', '{ me { username employee { name } } }', {}],
  ['sessions', '{ sessions { current userAgent } }', {}],
  ['what needs no login', '{ __typename }', {}],
  [
    'what somebody anonymous may have in part',
    'query ($id: ID!) { __typename employee(id: $id) { name } }',
    { id: others.id },
  ],
];

describe.each(documents)('%s', (_name, query, variables) => {
  test.each(askers)(
    'is for %s what it is without the admin who has made the document known',
    async (who, token) => {
      const sent = { query: unseen(query), variables };
      for (const way of [ways.known, ways.known]) await makeKnown(way, { ...sent, token: admin.token });
      const answer = await expectSameOfKnown(ways, { ...sent, token });
      if (who === 'an employee') expect(answer.body).not.toMatch(/Stranger|stranger/);
      if (who === 'somebody anonymous') expect(bodyOf(answer).data?.employee ?? null).toBeNull();
    },
  );
});

const mutations: Array<[string, string, object]> = [
  [
    'issuePayment',
    'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }',
    { input: { employeeId: own.id, amount: { amount: '1.00', currency: 'EUR' }, kind: 'BONUS' } },
  ],
  [
    'editEmployee',
    'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }',
    { input: { id: own.id, version: 1 } },
  ],
  [
    'editUser',
    'mutation ($input: EditUserInput!) { editUser(input: $input) { user { role } } }',
    { input: { id: employee.id } },
  ],
];

test.each(mutations)(
  '%s that an admin has made known is refused to everybody else, and changes nothing',
  async (_name, query, variables) => {
    const sent = { query: unseen(query), variables };
    for (const way of [ways.known, ways.known]) await makeKnown(way, { ...sent, token: admin.token });
    const digest = () =>
      t.database.sql(`SELECT (SELECT count(*) FROM payments) AS payments, (SELECT count(*) FROM audit_entries) AS audited,
      (SELECT sum(version) FROM employees) AS versions`);
    const before = await digest();
    for (const [who, token] of askers.slice(1)) {
      const answer = await expectSameOfKnown(ways, { ...sent, token });
      expect(codesOf(answer), who).toEqual([token === undefined ? 'UNAUTHENTICATED' : 'FORBIDDEN']);
    }
    expect(await digest()).toEqual(before);
  },
);

test('a document that only somebody anonymous sends is never made known, and one of somebody who is signed in is', async () => {
  const query = unseen('{ __typename }');
  for (let time = 0; time < 4; time++) {
    const before = apolloRuns();
    await ask(ways.known, { query });
    expect(apolloRuns() - before).toBeGreaterThan(0);
  }
  await makeKnown(ways.known, { query, token: viewer.token });
  const before = apolloRuns();
  expect(bodyOf(await ask(ways.known, { query })).data).toEqual({ __typename: 'Query' });
  expect(apolloRuns() - before).toBe(0);
});

test('a session that was ended is refused at once, with a document that is known', async () => {
  const query = unseen('{ me { username } }');
  for (const way of [ways.known, ways.known]) {
    const person = await newPerson(t, 'VIEWER', way.url);
    const sent = { query, token: person.token };
    await makeKnown(way, sent);
    await ask(way, { query: 'mutation { logout { revokedSessions } }', token: person.token });
    const answer = await ask(way, sent);
    expect({ status: answer.status, codes: codesOf(answer) }).toEqual({
      status: 401,
      codes: ['UNAUTHENTICATED'],
    });
  }
});

test('a role that was taken away counts at once, with a document that is known', async () => {
  const query = unseen('{ users { totalCount } }');
  for (const way of [ways.known, ways.known]) {
    const person = await newPerson(t, 'VIEWER', way.url);
    await makeKnown(way, { query, token: person.token });
    const edit = 'mutation ($input: EditUserInput!) { editUser(input: $input) { user { role } } }';
    await ask(way, {
      query: edit,
      variables: { input: { id: person.id, role: 'EMPLOYEE' } },
      token: admin.token,
    });
    expect(codesOf(await ask(way, { query, token: person.token }))).toEqual(['UNAUTHENTICATED']);
  }
});

test('requests of several people at once for one document are each answered with what is theirs', async () => {
  const query = unseen('{ me { username employee { name } } employees { totalCount nodes { name } } }');
  await makeKnown(ways.known, { query, token: admin.token });
  const tokens = [admin.token, viewer.token, employee.token];
  const expected = await Promise.all(tokens.map((token) => ask(ways.apollo, { query, token })));
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => ask(ways.known, { query, token: tokens[index % 3] })),
  );
  for (const [index, answer] of answers.entries()) expect(answer).toEqual(expected[index % 3]);
});
