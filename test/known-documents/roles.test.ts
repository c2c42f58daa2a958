import { expect, test } from 'vitest';
import { World } from '../permissions/world.js';
import { newPerson } from '../sessions/support.js';
import {
  apolloRuns,
  bodyOf,
  codesOf,
  expectSameOfKnown,
  makeKnown,
  send,
  sendKnown,
  sendUnseen,
  unseen,
  useServer,
} from './support.js';

const t = await useServer();
const { admin, viewer, employee } = t;
const world = await World.create(t);

const callers: Array<[string, string | undefined]> = [
  ['a viewer', viewer.token],
  ['an employee', employee.token],
  ['an anonymous caller', undefined],
];

test.each([
  '{ employees { nodes { name } edges { node { email } } } payments { nodes { id issuedBy { username } } } }',
  'query ($e: ID!, $p: ID!) { employee(id: $e) { name payments { nodes { id } } } payment(id: $p) { note } }',
  'query ($p: ID!) { payment(id: $p) { payRun { id } issuedBy { username employee { name } } } me { id } }',
  '{ users { nodes { username disabledAt } } __typename }',
])('what an admin has made known shows others no more than if it was unknown: %s', async (text) => {
  const query = unseen(text);
  const variables = { e: world.employeeId.others, p: world.paymentId.others };
  await makeKnown(t, { query, variables, token: admin.token });
  for (const [who, token] of callers) {
    const { body } = await expectSameOfKnown(t, { query, variables, token });
    if (who !== 'a viewer') expect(body, who).not.toMatch(/stranger/i);
  }
});

test.each<[string, string, object]>([
  [
    'issuePayment',
    'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }',
    { employeeId: world.employeeId.own, amount: { amount: '1.00', currency: 'EUR' }, kind: 'BONUS' },
  ],
  [
    'editEmployee',
    'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }',
    { id: world.employeeId.own, version: 1 },
  ],
  [
    'editUser',
    'mutation ($input: EditUserInput!) { editUser(input: $input) { user { role } } }',
    { id: employee.id },
  ],
])(
  '%s that an admin has made known is refused to everybody else, and changes nothing',
  async (_name, text, input) => {
    const sent = { query: unseen(text), variables: { input } };
    await makeKnown(t, { ...sent, token: admin.token });
    const state = () =>
      t.database.sql(`SELECT (SELECT count(*) FROM payments) AS payments, (SELECT count(*) FROM audit_entries) AS audited,
      (SELECT sum(version) FROM employees) AS versions`);
    const before = await state();
    for (const [who, token] of callers) {
      const answer = await sendKnown(t, { ...sent, token });
      expect(codesOf(answer), who).toEqual([token === undefined ? 'UNAUTHENTICATED' : 'FORBIDDEN']);
    }
    expect(await state()).toEqual(before);
  },
);

test('a document becomes known when somebody signed in sends it, and never by an anonymous caller', async () => {
  const query = unseen('{ __typename }');
  for (let time = 1; time <= 3; time++) {
    const before = apolloRuns();
    await send(t, { query });
    expect(apolloRuns() - before, `time ${time}`).toBe(1);
  }
  await makeKnown(t, { query, token: employee.token });
  expect(bodyOf(await sendKnown(t, { query })).data).toEqual({ __typename: 'Query' });
});

test('a session that has ended is refused at once, and so is one whose role was taken away', async () => {
  const query = unseen('{ users { nodes { id } } }');
  for (const end of [
    (_id: string) => 'mutation { logout(scope: ALL_SESSIONS) { revokedSessions } }',
    (id: string) => `mutation { editUser(input: { id: "${id}", role: EMPLOYEE }) { user { role } } }`,
  ]) {
    const person = await newPerson(t, 'VIEWER');
    await makeKnown(t, { query, token: person.token });
    const mutation = end(person.id);
    await send(t, { query: mutation, token: mutation.includes('logout') ? person.token : admin.token });
    const answer = await send(t, { query, token: person.token });
    expect([answer.status, codesOf(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
  }
});

test('requests of several people at once for one document are each answered with what is theirs', async () => {
  const query = unseen('{ me { username employee { name } } employees { nodes { name } } }');
  const direct = unseen('{ employees { nodes { name } } payments { nodes { note } } }');
  const tokens = [admin.token, viewer.token, employee.token];
  for (const text of [query, direct]) {
    await makeKnown(t, { query: text, token: admin.token });
    const expected = await Promise.all(tokens.map((token) => sendUnseen(t, { query: text, token })));
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => sendKnown(t, { query: text, token: tokens[index % 3] })),
    );
    for (const [index, answer] of answers.entries()) expect(answer).toEqual(expected[index % 3]);
  }
});
