import { beforeEach, expect, test } from 'vitest';
import { post } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

let employeeId: string;
beforeEach(async () => {
  employeeId = await insertEmployee(t.database);
});

const inputWith = (idempotencyKey?: string) => ({
  employeeId,
  kind: 'BONUS',
  amount: { amount: '10.00', currency: 'EUR' },
  ...(idempotencyKey !== undefined && { idempotencyKey }),
});

const single = 'mutation ($a: IssuePaymentInput!) { a: issuePayment(input: $a) { replayed payment { id } } }';
const double =
  'mutation ($a: IssuePaymentInput!, $b: IssuePaymentInput!) { a: issuePayment(input: $a) { replayed } ...B } fragment B on Mutation { b: issuePayment(input: $b) { replayed } }';

const pay = (query: string, variables: object, key: string) =>
  post(t.url, JSON.stringify({ query, variables }), {
    authorization: `Bearer ${t.admin.token}`,
    'idempotency-key': key,
  });

const paid = async () =>
  (await t.database.sql('SELECT 1 FROM payments WHERE employee_id = $1', [employeeId])).length;

test('the header Idempotency-Key is the key of a request with one payment: a retry pays nothing', async () => {
  const first = expectData(await pay(single, { a: inputWith() }, 'key-1'));
  expect(first.a.replayed).toBe(false);
  for (const key of ['key-1', '"key-1"']) {
    const { a } = expectData(await pay(single, { a: inputWith() }, key));
    expect(a).toEqual({ replayed: true, payment: first.a.payment });
  }
  // It is the same key as one in the input.
  expect(expectData(await t.gql(single, { a: inputWith('key-1') }, t.admin)).a.replayed).toBe(true);
  expect(await paid()).toBe(1);
});

test('a key in the input is the key: with the same one in the header it pays, with another one it does not', async () => {
  expect(expectData(await pay(single, { a: inputWith('key-2') }, 'key-2')).a.replayed).toBe(false);
  const refused = await pay(single, { a: inputWith('key-3') }, 'key-4');
  expectCode(refused, 'BAD_USER_INPUT', { field: 'idempotencyKey' });
  expect(await paid()).toBe(1);
});

test('of several payments in a request, the header is the key of none', async () => {
  const refused = await pay(double, { a: inputWith(), b: inputWith() }, 'key-5');
  expect(refused.data).toEqual({ a: null, b: null });
  expect(refused.errors?.map(({ extensions }) => extensions.code)).toEqual([
    'BAD_USER_INPUT',
    'BAD_USER_INPUT',
  ]);
  expect(await paid()).toBe(0);
  const data = expectData(await pay(double, { a: inputWith('key-6'), b: inputWith('key-7') }, 'key-8'));
  expect(data).toEqual({ a: { replayed: false }, b: { replayed: false } });
});

test('a header that is no key is refused as one in the input is', async () => {
  const refused = await pay(single, { a: inputWith() }, 'x'.repeat(300));
  expectCode(refused, 'BAD_USER_INPUT', { field: 'idempotencyKey' });
});
