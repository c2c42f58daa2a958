import { expect, test } from 'vitest';
import { readAnswer } from '../client.js';
import {
  bodyOf,
  codesOf,
  expectSame,
  expectSameOfKnown,
  makeKnown,
  send,
  sendKnown,
  sendUnseen,
  unseen,
  useServer,
} from './support.js';

const t = await useServer();
const { token } = t.admin;

const me = { query: unseen('query Me { me { username } }'), token };
const input = {
  employeeId: t.employee.employeeId,
  amount: { amount: '1.00', currency: 'EUR' },
  kind: 'BONUS',
};
const pay = {
  query: unseen('mutation Pay($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }'),
  variables: { input },
  token,
};
for (const sent of [me, { ...me, operationName: 'Me' }, pay]) await makeKnown(t, sent);

const countPayments = async () => (await t.database.sql('SELECT id FROM payments')).length;

test.each([
  '*/*',
  'application/json',
  'application/json; charset=utf-8',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json;q=0.9',
  'application/*',
  'APPLICATION/JSON',
  '',
  'application/json;q=0',
  'text/html',
  'multipart/mixed; deferSpec=20220824, application/json',
  `application/json, ${'text/x, '.repeat(50)}*/*`,
])('Accept: %s: status, headers and body are the same', async (accept) => {
  const headers = { accept };
  const answer = await expectSameOfKnown(t, { ...me, headers });
  if (accept === 'text/html') expect(answer.status).toBe(406);
  const query = 'query ($id: ID!) { employee(id: $id) { id } }';
  await expectSame(t, { query, variables: { id: '-' }, token, headers });
});

test('more Accept headers than are remembered are each answered as the first time', async () => {
  for (let n = 0; n < 110; n++) {
    const sent = { ...me, headers: { accept: `application/json;v=${n}, */*;q=0.${(n % 9) + 1}` } };
    expect(await send(t, sent)).toEqual(await sendUnseen(t, sent));
  }
  await expectSameOfKnown(t, me);
});

test.each(['PUT', 'PATCH', 'DELETE', 'QUERY'])('a known document is not run by %s', async (method) => {
  const before = await countPayments();
  for (const { token: _token, ...sent } of [me, pay]) {
    const answers = [];
    for (const query of [unseen(sent.query), sent.query]) {
      const response = await fetch(`${t.url}/graphql`, {
        method,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ ...sent, query }),
      });
      answers.push([response.status, response.headers.get('allow'), await response.text()]);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[1]?.[0]).toBeGreaterThan(399);
  }
  expect(await countPayments()).toBe(before);
});

test('a known mutation is not run by GET, and a known query is answered as by POST', async () => {
  const before = await countPayments();
  const get = async (parameters: Record<string, string>) =>
    fetch(`${t.url}/graphql?${new URLSearchParams(parameters)}`, {
      headers: { authorization: `Bearer ${token}`, 'apollo-require-preflight': 'yes' },
    });
  const refused = await get({ query: pay.query, variables: JSON.stringify(pay.variables) });
  expect(refused.status).toBe(405);
  expect(await countPayments()).toBe(before);
  expect((await readAnswer(await get({ query: me.query }))).text).toBe((await send(t, me)).body);
});

test.each<[string, object]>([
  ['extensions that are a text', { extensions: 'x' }],
  ['extensions that are a list', { extensions: [] }],
  ['a persisted query', { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }],
  ['an extension that is no persisted query', { extensions: { persistedQuery: true } }],
  ['an operation name that is a number', { operationName: 1 }],
  ['an operation name that is a list', { operationName: ['Me'] }],
])('%s is refused, also with a known document', async (_what, more) => {
  const answer = await expectSameOfKnown(t, { ...me, ...more });
  expect(bodyOf(answer).data).toBeUndefined();
  expect(codesOf(answer)).toHaveLength(1);
});

test.each<[string, object]>([
  ['extensions that are null', { extensions: null }],
  ['extensions that mean nothing', { extensions: { clientLibrary: { name: 'x' } } }],
  ['variables that are null', { variables: null }],
  ['variables that it does not name', { variables: { a: 1, constructor: 3 } }],
  ['null for the operation name', { operationName: null }],
  ['members that mean nothing', { id: 'x', documentId: 'y' }],
])('%s: the answer is the same', async (_what, more) => {
  expect(bodyOf(await expectSameOfKnown(t, { ...me, ...more })).data).toEqual({ me: { username: 'admin' } });
});

test('an array of known operations is refused', async () => {
  const response = await fetch(`${t.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify([{ query: me.query }, { query: me.query }]),
  });
  const answer = await readAnswer(response);
  expect(answer.data).toBeUndefined();
  expect(answer.errors).toHaveLength(1);
});

test.each([
  'query A { me { username } } { me { id } }',
  'query ($a: Int) { me { username } }',
  '{ me { username } } fragment F on User { id }',
  '{ me { password } }',
  '{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }',
  '{ me {',
  '',
  'subscription { me { username } }',
])('a document that is not valid is refused with the same bytes each time: %s', async (query) => {
  const answer = await expectSame(t, { query, token });
  expect(bodyOf(answer).data ?? null).toBeNull();
  expect(codesOf(answer)).toHaveLength(1);
});

test('a document that was known is served after more documents than are remembered', async () => {
  for (let n = 0; n < 305; n++) await send(t, { query: unseen('{ __typename }'), token });
  await expectSameOfKnown(t, me);
  await sendKnown(t, me);
});
