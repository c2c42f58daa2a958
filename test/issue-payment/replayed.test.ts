import { expect, test } from 'vitest';
import { send } from '../client.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, faultsIn, readEverything } from '../invariants.js';
import {
  bonus,
  countPayments,
  endEmployment,
  issuePayment,
  november,
  paid,
  pay,
  salary,
  voidByHand,
} from './support.js';

const t = await useStipend();
const otherAdmin = await t.account('olga', 'ADMIN');

test('the same key and input give the same payment again, and nothing is written', async () => {
  const input = salary(await insertEmployee(t.database));
  const payment = await paid(t, input);
  const before = await readEverything(t.database, ['sessions', 'audit_chain', 'audit_unchained']);
  t.clock.advance(60_000);
  const again = await pay(t, input);
  expect(again.data.issuePayment).toEqual({ replayed: true, payment });
  expect(await readEverything(t.database, ['sessions', 'audit_chain', 'audit_unchained'])).toEqual(before);
});

test('a key and its input mean the same however they are written', async () => {
  const employeeId = await insertEmployee(t.database);
  const input = {
    ...salary(employeeId),
    amount: { amount: '5', currency: 'EUR' },
    note: 'for November',
    replaces: null,
  };
  const { id } = await paid(t, input);
  for (const written of [
    { ...input, amount: { amount: '5.0', currency: 'EUR' } },
    { ...input, amount: { amount: '5.00', currency: 'EUR' } },
    { ...input, kind: 'SALARY' },
    { ...input, note: ' for November\n' },
    { ...input, employeeId: employeeId.toUpperCase() },
    { ...input, replaces: undefined },
    { ...input, period: { end: november.end, start: november.start } },
  ]) {
    const answer = await pay(t, written);
    expect(answer.data?.issuePayment, answer.text).toMatchObject({ replayed: true, payment: { id } });
  }
});

test('a key that stood for another input is IDEMPOTENCY_MISMATCH, whatever differs', async () => {
  const employeeId = await insertEmployee(t.database);
  const replaces = await insertPayment(t.database, { employeeId, voided: true });
  const input = { ...salary(employeeId), note: 'a' };
  await paid(t, input);
  for (const other of [
    { ...input, amount: { amount: '5000.01', currency: 'EUR' } },
    { ...input, amount: { amount: '5000', currency: 'USD' } },
    { ...input, employeeId: await insertEmployee(t.database) },
    { ...input, employeeId: '00000000-0000-7000-8000-000000000000' },
    { ...input, kind: 'BONUS' },
    { ...input, kind: 'BONUS', period: null },
    { ...input, period: { ...november, end: '2026-11-29' } },
    { ...input, period: { start: '2026-12-01', end: '2026-12-31' } },
    { ...input, note: null },
    { ...input, note: 'A' },
    { ...input, replaces },
  ]) {
    const error = await expectRefusal(t.database, () => pay(t, other), {
      code: 'IDEMPOTENCY_MISMATCH',
      field: 'idempotencyKey',
    });
    expect(error.message).not.toContain(employeeId);
  }
});

test("keys that differ in case, or by a space, are different keys, and so is another admin's", async () => {
  const employeeId = await insertEmployee(t.database);
  const input = bonus(employeeId);
  for (const idempotencyKey of ['Key', 'key', ' key', 'key ']) await paid(t, { ...input, idempotencyKey });
  const answer = await pay(t, { ...input, idempotencyKey: 'key' }, otherAdmin);
  expect(answer.data.issuePayment).toMatchObject({
    replayed: false,
    payment: { issuedBy: { username: 'olga' } },
  });
  expect(await countPayments(t, employeeId)).toBe(5);
});

test("another admin's key is no way to another admin's payment", async () => {
  const input = salary(await insertEmployee(t.database));
  await paid(t, input);
  const attempt = () => pay(t, input, otherAdmin);
  await expectRefusal(t.database, attempt, { code: 'ALREADY_PAID', field: 'period' });
});

test('a key stands for its payment on every process', async () => {
  const input = salary(await insertEmployee(t.database));
  const { id } = await paid(t, input);
  const { url } = await t.startAnother();
  const answer = await send(url, { query: issuePayment, variables: { input }, token: t.admin.token });
  expect(answer.data.issuePayment).toMatchObject({ replayed: true, payment: { id } });
});

test('a replay answers though a new payment would be refused by now', async () => {
  const employeeId = await insertEmployee(t.database);
  const input = salary(employeeId);
  const { id } = await paid(t, input);

  const strict = await t.startAnother({ MAX_PAYMENT: '1' });
  const limited = await send(strict.url, { query: issuePayment, variables: { input }, token: t.admin.token });
  expect(limited.data?.issuePayment, limited.text).toMatchObject({ replayed: true, payment: { id } });

  await endEmployment(t, employeeId, '2026-11-21');
  const afterwards = await pay(t, input);
  expect(afterwards.data.issuePayment).toMatchObject({ replayed: true, payment: { id, status: 'ISSUED' } });

  await voidByHand(t, id);
  const voided = await pay(t, input);
  expect(voided.data.issuePayment).toMatchObject({ replayed: true, payment: { id, status: 'VOIDED' } });
  const fresh = { ...input, idempotencyKey: 'fresh' };
  await expectRefusal(t.database, () => pay(t, fresh), { code: 'BAD_USER_INPUT', field: 'period' });
});

test('a try that was refused does not use up its key', async () => {
  const employeeId = await insertEmployee(t.database);
  const first = salary(employeeId);
  const { id } = await paid(t, first);
  const key = 'used once only';
  const refused = { ...first, idempotencyKey: key };
  const limited = { ...first, idempotencyKey: key, amount: { amount: '99999999', currency: 'EUR' } };
  const abroad = { ...first, idempotencyKey: key, amount: { amount: '1', currency: 'USD' } };
  const unknown = { ...first, idempotencyKey: key, employeeId: id };
  await expectRefusal(t.database, () => pay(t, refused), { code: 'ALREADY_PAID', field: 'period' });
  await expectRefusal(t.database, () => pay(t, limited), { code: 'BAD_USER_INPUT', field: 'amount' });
  await expectRefusal(t.database, () => pay(t, abroad), { code: 'BAD_USER_INPUT', field: 'amount.currency' });
  await expectRefusal(t.database, () => pay(t, unknown), { code: 'NOT_FOUND', field: 'employeeId' });
  await voidByHand(t, id);
  const answer = await pay(t, refused);
  expect(answer.data.issuePayment.replayed).toBe(false);
});

test('a key of 255 characters is a key', async () => {
  const input = { ...bonus(await insertEmployee(t.database)), idempotencyKey: 'k'.repeat(255) };
  const { id } = await paid(t, input);
  expect((await pay(t, input)).data.issuePayment).toMatchObject({ replayed: true, payment: { id } });
});

test('one document with one key twice pays once', async () => {
  const employeeId = await insertEmployee(t.database);
  const query = `mutation ($input: IssuePaymentInput!) {
    a: issuePayment(input: $input) { replayed payment { id } }
    b: issuePayment(input: $input) { replayed payment { id } }
  }`;
  const { a, b } = (await t.gql(query, { input: salary(employeeId) }, t.admin)).data;
  expect([a.replayed, b.replayed]).toEqual([false, true]);
  expect(a.payment.id).toBe(b.payment.id);
});

for (const [what, make] of [
  ['salary', salary],
  ['bonus', bonus],
] as const) {
  test(`50 parallel calls with one key, on two processes, pay one ${what} and give 50 equal answers`, async () => {
    const employeeId = await insertEmployee(t.database);
    const { url } = await t.startAnother();
    const input = { ...make(employeeId), idempotencyKey: `parallel ${what}` };
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        send(n % 2 ? url : t.url, { query: issuePayment, variables: { input }, token: t.admin.token }),
      ),
    );
    expect(answers.flatMap((answer) => answer.errors ?? [])).toEqual([]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.data.issuePayment.payment))).size).toBe(1);
    expect(answers.filter((answer) => answer.data.issuePayment.replayed === false)).toHaveLength(1);
    expect(await countPayments(t, employeeId)).toBe(1);
  });
}

test('50 parallel calls that share one key among 5 employees pay one of them', async () => {
  const employeeIds = await Promise.all(Array.from({ length: 5 }, () => insertEmployee(t.database)));
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      pay(t, { ...bonus(employeeIds[n % 5] ?? ''), idempotencyKey: 'one key for many' }),
    ),
  );
  const codes = answers.flatMap((answer) => answer.errors?.map((error) => error.extensions.code) ?? []);
  expect(codes).toEqual(Array(40).fill('IDEMPOTENCY_MISMATCH'));
  const rows = await t.database.sql('SELECT 1 FROM payments WHERE employee_id = ANY($1)', [employeeIds]);
  expect(rows).toHaveLength(1);
});

test('all of it leaves the database sound', async () => {
  const [loaded] = await t.database.sql<{ id: string }>(`SELECT id FROM payments WHERE void_reason = 'a test'
    AND NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.subject = payments.id)`);
  await expectInvariants(t.database, loaded && [loaded.id]);
  expect(faultsIn(t.logLines)).toEqual([]);
});
