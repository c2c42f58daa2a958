import { expect, test } from 'vitest';
import { duringTransaction } from '../issue-payment/support.js';
import {
  bodyOf,
  codesOf,
  expectSame,
  expectSameOfKnown,
  makeKnown,
  send,
  sendUnseen,
  unseen,
  useServer,
} from './support.js';

const t = await useServer({ MAX_COST: '3000', MAX_VARIABLES_BYTES: '2000', OPERATION_TIMEOUT: '1s' });
const { token } = t.admin;

const nested = `query ($first: Int, $inner: Int = 10) { employees(first: $first) { nodes { id
  payments(first: $inner) { nodes { id kind } } } } }`;

test('a known document is refused with variables that make it cost too much, and served again without', async () => {
  const sent = { query: unseen(nested), token };
  await makeKnown(t, { ...sent, variables: { first: 2 } });
  for (const variables of [{ first: 100 }, { first: 100, inner: 100 }, { first: 30, inner: 60 }]) {
    const answer = await expectSameOfKnown(t, { ...sent, variables });
    expect({ codes: codesOf(answer), data: bodyOf(answer).data }).toEqual({
      codes: ['QUERY_TOO_COMPLEX'],
      data: undefined,
    });
  }
  const answer = await expectSameOfKnown(t, { ...sent, variables: { first: 3, inner: 3 } });
  expect(bodyOf(answer).errors).toBeUndefined();
});

test('a default of a variable counts, and null counts as the default of the argument', async () => {
  const large = nested.replace('$inner: Int = 10', '$inner: Int = 100');
  const sent = { query: unseen(large), token };
  expect(codesOf(await send(t, { ...sent, variables: { first: 50, inner: 1 } }))).toEqual([]);
  for (const variables of [{ first: 50 }, { inner: 100, first: null }]) {
    expect(codesOf(await expectSameOfKnown(t, { ...sent, variables }))).toEqual(['QUERY_TOO_COMPLEX']);
  }
});

test('a document that costs too much by itself is refused each time', async () => {
  const query = '{ employees(first: 100) { nodes { payments(first: 100) { nodes { id } } } } }';
  const answer = await expectSame(t, { query, token });
  expect(codesOf(answer)).toEqual(['QUERY_TOO_COMPLEX']);
});

test('variables that are too large are refused', async () => {
  const sent = { query: unseen('{ me { id } }'), token };
  await makeKnown(t, sent);
  const answer = await expectSameOfKnown(t, { ...sent, variables: { a: 'x'.repeat(2_000) } });
  expect(codesOf(answer)).toEqual(['QUERY_TOO_COMPLEX']);
  expect(bodyOf(await send(t, sent)).errors).toBeUndefined();
});

test('a page that is too long is refused by its field', async () => {
  const sent = { query: unseen('query ($first: Int) { employees(first: $first) { nodes { id } } }'), token };
  await makeKnown(t, { ...sent, variables: { first: 1 } });
  for (const first of [0, -1, 101, 2_147_483_647]) {
    const answer = await expectSameOfKnown(t, { ...sent, variables: { first } });
    expect(bodyOf(answer).errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'first' });
  }
});

test('a known document runs out of time as any other does', async () => {
  const sent = { query: unseen('query ($first: Int) { employees(first: $first) { nodes { id } } }'), token };
  await makeKnown(t, sent);
  await duringTransaction(t, 'LOCK TABLE employees IN ACCESS EXCLUSIVE MODE', async () => {
    const [byApollo, known] = await Promise.all([sendUnseen(t, sent), send(t, sent)]);
    expect(known.status).toBe(503);
    expect(known).toEqual(byApollo);
  });
  await expectSameOfKnown(t, sent);
});
