import { beforeAll, expect, test } from 'vitest';
import { readAnswer } from '../client.js';
import { insertEmployee } from '../factories.js';
import {
  ask,
  bodyOf,
  codesOf,
  expectSame,
  expectSameOfKnown,
  makeKnown,
  unseen,
  useWays,
} from './support.js';

const ways = await useWays();
const { t } = ways;
const { token } = t.admin;
const all = [ways.apollo, ways.known, ways.known];

const me = { query: unseen('query Me { me { username } }'), token };
const pay = {
  query: unseen('mutation Pay($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }'),
  token,
};
let employeeId = '';
beforeAll(async () => {
  employeeId = await insertEmployee(t.database);
  for (const way of [ways.known, ways.known]) {
    await makeKnown(way, me);
    await makeKnown(way, { ...me, operationName: 'Me' });
    await makeKnown(way, { ...pay, variables: { input: bonus() } });
  }
});

const bonus = () => ({ employeeId, amount: { amount: '1.00', currency: 'EUR' }, kind: 'BONUS' });
const countPayments = async () =>
  (await t.database.sql('SELECT 1 FROM payments WHERE employee_id = $1', [employeeId])).length;

test.each([
  ['none', {}],
  ['*/*', { accept: '*/*' }],
  ['application/json', { accept: 'application/json' }],
  ['application/json in UTF-8', { accept: 'application/json; charset=utf-8' }],
  ['application/graphql-response+json', { accept: 'application/graphql-response+json' }],
  ['both', { accept: 'application/graphql-response+json, application/json;q=0.9' }],
  ['both, the other first', { accept: 'application/json, application/graphql-response+json' }],
  ['application/*', { accept: 'application/*' }],
  ['in upper case', { accept: 'APPLICATION/JSON' }],
  ['an empty one', { accept: '' }],
  ['application/json of no worth', { accept: 'application/json;q=0' }],
  ['text/html', { accept: 'text/html' }],
  ['image/png and text/html', { accept: 'image/png, text/html' }],
  ['multipart/mixed', { accept: 'multipart/mixed; deferSpec=20220824, application/json' }],
  ['a long one', { accept: `application/json, ${'text/x, '.repeat(50)}*/*` }],
])('Accept, %s: status, headers and body are the same from the first time on', async (_what, headers) => {
  await expectSame(ways, { query: '{ me { username } }', token, headers });
  await expectSameOfKnown(ways, { ...me, headers });
  const refused = {
    query: 'query ($id: ID!) { employee(id: $id) { id } }',
    variables: { id: '-' },
    token,
    headers,
  };
  await expectSame(ways, refused);
});

test('what nobody takes in text/html is 406, also for a document that is known', async () => {
  const answer = await expectSameOfKnown(ways, { ...me, headers: { accept: 'text/html' } });
  expect(answer.status).toBe(406);
});

test('any number of Accept headers are each answered as Apollo answers them', async () => {
  for (let n = 0; n < 120; n++) {
    const accept = `application/json;v=${n}, */*;q=0.${(n % 9) + 1}`;
    const answers = await Promise.all(
      [ways.apollo, ways.known].map((way) => ask(way, { ...me, headers: { accept } })),
    );
    expect(answers[1]).toEqual(answers[0]);
  }
  await expectSameOfKnown(ways, me);
});

test.each(['PUT', 'PATCH', 'DELETE', 'QUERY'])(
  'a known document that is sent by %s is not run',
  async (method) => {
    const before = await countPayments();
    const bodies = [me, { ...pay, variables: { input: bonus() } }].map(({ token: _token, ...body }) => body);
    for (const body of bodies) {
      const answers = [];
      for (const { url } of all) {
        const response = await fetch(`${url}/graphql`, {
          method,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify(body),
        });
        answers.push({
          status: response.status,
          allow: response.headers.get('allow'),
          text: await response.text(),
        });
      }
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
      for (const { status, text } of answers) {
        expect(status, text).toBeGreaterThan(399);
        expect(text).not.toContain('"data":{');
      }
    }
    expect(await countPayments()).toBe(before);
  },
);

test('a mutation that is known is not run by GET', async () => {
  const before = await countPayments();
  const search = new URLSearchParams({ query: pay.query, variables: JSON.stringify({ input: bonus() }) });
  for (const { url } of all) {
    const response = await fetch(`${url}/graphql?${search}`, {
      headers: { authorization: `Bearer ${token}`, 'apollo-require-preflight': 'yes' },
    });
    expect(response.status).toBe(405);
  }
  expect(await countPayments()).toBe(before);
});

test('a query that is known is answered by GET with the bytes that POST gives', async () => {
  const { body } = await ask(ways.apollo, me);
  for (const { url } of all) {
    for (let time = 0; time < 2; time++) {
      const response = await fetch(`${url}/graphql?${new URLSearchParams({ query: me.query })}`, {
        headers: { authorization: `Bearer ${token}`, 'apollo-require-preflight': 'yes' },
      });
      expect((await readAnswer(response)).text).toBe(body);
    }
  }
});

test.each<[string, object]>([
  ['extensions that are a text', { extensions: 'x' }],
  ['extensions that are a list', { extensions: [] }],
  ['extensions that are a number', { extensions: 1 }],
  ['a persisted query', { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }],
  ['a persisted query that is none', { extensions: { persistedQuery: true } }],
  ['a name of an operation that is a number', { operationName: 1 }],
  ['a name of an operation that is a list', { operationName: ['Me'] }],
  ['a name that no operation has', { operationName: 'You' }],
  ['an empty name', { operationName: '' }],
])('%s is refused, also with a document that is known', async (_what, more) => {
  const answer = await expectSameOfKnown(ways, { ...me, ...more });
  expect(bodyOf(answer).data).toBeUndefined();
  expect(codesOf(answer)).toHaveLength(1);
});

test.each<[string, object]>([
  ['extensions that are null', { extensions: null }],
  ['extensions that mean nothing here', { extensions: { clientLibrary: { name: 'x' } } }],
  ['a persisted query that is null', { extensions: { persistedQuery: null } }],
  ['variables that are null', { variables: null }],
  ['variables that it does not name', { variables: { a: 1, __proto__x: 2, constructor: 3 } }],
  ['the name of the operation', { operationName: 'Me' }],
  ['null for the name of the operation', { operationName: null }],
  ['members that mean nothing', { id: 'x', documentId: 'y', __proto__x: 1 }],
])('%s: answered alike each time', async (_what, more) => {
  const answer = await expectSameOfKnown(ways, { ...me, ...more });
  expect(bodyOf(answer).data).toEqual({ me: { username: 'admin' } });
});

test('several operations at once are refused, also when each of them is known', async () => {
  const { token: _token, ...body } = me;
  for (const { url } of all) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify([body, body]),
    });
    const answer = await readAnswer(response);
    expect(answer.data).toBeUndefined();
    expect(answer.errors).toHaveLength(1);
  }
});

test.each([
  ['several operations without a name', '{ me { username } } { me { id } }'],
  ['several operations, of which none is named', 'query A { me { username } } query B { me { id } }'],
  ['a variable that nothing uses', 'query ($a: Int) { me { username } }'],
  ['a fragment that nothing uses', '{ me { username } } fragment F on User { id }'],
  ['a field that there is not', '{ me { password } }'],
  [
    'a fragment that goes round in a circle',
    '{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }',
  ],
  ['no GraphQL', '{ me {'],
  ['nothing', ''],
  ['a subscription', 'subscription { me { username } }'],
])('%s is refused with the same bytes each time', async (_what, query) => {
  const answer = await expectSame(ways, { query, token });
  expect(bodyOf(answer).data ?? null).toBeNull();
  expect(codesOf(answer)).not.toEqual([]);
});

test('a document that is known is answered after hundreds of others have come and gone', async () => {
  for (let n = 0; n < 320; n++) {
    const query = unseen('{ __typename }');
    for (let time = 0; time < 2; time++)
      expect(bodyOf(await ask(ways.known, { query, token })).data).toEqual({ __typename: 'Query' });
  }
  await expectSameOfKnown(ways, me);
});
