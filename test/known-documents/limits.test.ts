import { expect, test } from 'vitest';
import { duringTransaction } from '../issue-payment/support.js';
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

const ways = await useWays({ MAX_COST: '3000', MAX_VARIABLES_BYTES: '2000', OPERATION_TIMEOUT: '1s' });
const { token } = ways.t.admin;

const nested = `query ($first: Int, $inner: Int = 10) { employees(first: $first) { nodes { id
  payments(first: $inner) { nodes { id kind } } } } }`;

test('a document that is known is refused with variables that make it cost too much, and served again without', async () => {
  const sent = { query: unseen(nested), token };
  for (const way of [ways.known, ways.known]) await makeKnown(way, { ...sent, variables: { first: 2 } });
  for (const variables of [{ first: 100 }, { first: 100, inner: 100 }, { first: 30, inner: 60 }]) {
    const answer = await expectSameOfKnown(ways, { ...sent, variables });
    expect({ codes: codesOf(answer), data: bodyOf(answer).data }).toEqual({
      codes: ['QUERY_TOO_COMPLEX'],
      data: undefined,
    });
  }
  const answer = await expectSameOfKnown(ways, { ...sent, variables: { first: 3, inner: 3 } });
  expect(bodyOf(answer).errors).toBeUndefined();
});

test('what a variable is by default counts, and null counts as the default of the argument', async () => {
  const large = nested.replace('$inner: Int = 10', '$inner: Int = 100');
  const sent = { query: unseen(large), token };
  expect(codesOf(await ask(ways.known, { ...sent, variables: { first: 50, inner: 1 } }))).toEqual([]);
  for (const variables of [{ first: 50 }, { inner: 100, first: null }]) {
    expect(codesOf(await expectSameOfKnown(ways, { ...sent, variables }))).toEqual(['QUERY_TOO_COMPLEX']);
  }
});

test('a document that costs too much by itself is refused each time, and never known', async () => {
  const query = '{ employees(first: 100) { nodes { payments(first: 100) { nodes { id } } } } }';
  const answer = await expectSame(ways, { query, token });
  expect(codesOf(answer)).toEqual(['QUERY_TOO_COMPLEX']);
});

test('variables that are too large are refused, also with a document that is known', async () => {
  const sent = { query: unseen('{ me { id } }'), token };
  await makeKnown(ways.known, sent);
  const answer = await expectSameOfKnown(ways, { ...sent, variables: { a: 'x'.repeat(2_000) } });
  expect(codesOf(answer)).toEqual(['QUERY_TOO_COMPLEX']);
  expect(bodyOf(await ask(ways.known, sent)).errors).toBeUndefined();
});

test('a page that is longer than a page may be is refused by its field, each time', async () => {
  const sent = { query: unseen('query ($first: Int) { employees(first: $first) { totalCount } }'), token };
  for (const way of [ways.known, ways.known]) await makeKnown(way, { ...sent, variables: { first: 1 } });
  for (const first of [0, -1, 101, 2_147_483_647]) {
    const answer = await expectSameOfKnown(ways, { ...sent, variables: { first } });
    expect(bodyOf(answer).errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'first' });
  }
});

test('a document that is known runs out of time as any other does', async () => {
  const sent = { query: unseen('query ($first: Int) { employees(first: $first) { nodes { id } } }'), token };
  for (const way of [ways.known, ways.known]) await makeKnown(way, sent);
  await duringTransaction(ways.t, 'LOCK TABLE employees IN ACCESS EXCLUSIVE MODE', async () => {
    const answers = await Promise.all([ways.apollo, ways.known, ways.known].map((way) => ask(way, sent)));
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer).toEqual(answers[0]);
    }
  });
  await expectSameOfKnown(ways, sent);
});
