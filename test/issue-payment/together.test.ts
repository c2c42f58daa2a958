import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { type Answer, post } from '../client.js';
import { expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants, faultsIn, whileRefusing } from '../invariants.js';
import {
  bonus,
  countLockWaiters,
  countPayments,
  duringTransaction,
  issuePayment,
  paid,
  pay,
  salary,
} from './support.js';

/** Payments that come while others are being written, by one statement with one another. */

// As many operations may run as are asked for here, twice this number: all of them come to where they wait.
const room = { DATABASE_POOL_SIZE: '35' };
const t = await useStipend(room);
const other = await t.startAnother(room);

beforeEach(() => {
  t.statements.length = 0;
  t.logLines.length = 0;
});

const inserts = () => t.statements.filter((text) => text.includes('INSERT INTO payments'));
const employees = (count: number) =>
  Promise.all(Array.from({ length: count }, () => insertEmployee(t.database)));

const ask = (input: object, url = t.url) =>
  post(url, JSON.stringify({ query: issuePayment, variables: { input } }), {
    authorization: `Bearer ${t.admin.token}`,
  });

/** Asks for them while nothing can be written, so that they have to wait for one another. @returns the answers */
async function payTogether(inputs: object[]): Promise<Answer[]> {
  let answers: Array<Promise<Answer>> = [];
  await duringTransaction(t, 'LOCK TABLE audit_entries IN SHARE MODE', async () => {
    answers = inputs.map((input) => ask(input));
    await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBeGreaterThan(0);
    // What was asked for before has come when this is answered.
    expectData(await t.gql('{ me { username } }', {}, t.admin));
  });
  return Promise.all(answers);
}

const codesOf = ({ errors }: Answer) => errors?.map((error) => error.extensions.code);

test('many at once are each paid once, by far fewer statements, and each is answered with its own payment', async () => {
  const inputs = (await employees(60)).map((id, index) => ({
    ...(index % 3 === 0 ? salary(id) : bonus(id)),
    ...(index % 2 === 0 && { idempotencyKey: randomUUID() }),
    amount: { amount: `${index + 1}.00`, currency: 'EUR' },
    note: `payment "${index}" \\ € 💶`,
  }));
  const answers = await payTogether(inputs);
  expect(inserts().length).toBeLessThan(inputs.length / 3);
  for (const [index, answer] of answers.entries()) {
    expectData(answer);
    const { employeeId, amount, note } = inputs[index] ?? {};
    expect(answer.data.issuePayment).toMatchObject({
      replayed: false,
      payment: { amount, note, employee: { id: employeeId }, status: 'ISSUED' },
    });
    expect(await countPayments(t, String(employeeId))).toBe(1);
  }
  await expectInvariants(t.database);
});

test('of many at once, just those that something stands against are refused, and say what', async () => {
  const [paidOne = '', goneOne = '', abroad = '', ...payable] = await employees(33);
  await paid(t, salary(paidOne));
  await t.database.sql(`UPDATE employees SET terminated_on = '2026-01-31' WHERE id = $1`, [goneOne]);
  const used = { ...bonus(payable[0] ?? ''), idempotencyKey: randomUUID() };
  await paid(t, used);
  const refusals: Array<[object, string]> = [
    [salary(paidOne), 'ALREADY_PAID'],
    [{ ...salary(paidOne), idempotencyKey: null }, 'ALREADY_PAID'],
    [bonus(goneOne), 'BAD_USER_INPUT'],
    [{ ...bonus(abroad), amount: { amount: '1.00', currency: 'USD' } }, 'BAD_USER_INPUT'],
    [bonus(randomUUID()), 'NOT_FOUND'],
    [{ ...used, note: 'something else' }, 'IDEMPOTENCY_MISMATCH'],
    [{ ...bonus(abroad), replaces: (await paid(t, bonus(paidOne))).id }, 'NOT_FOUND'],
  ];
  const good = payable.map((id) => ({ ...bonus(id), idempotencyKey: randomUUID() }));
  const [first, ...rest] = good;
  const answers = await payTogether([first ?? {}, ...refusals.map(([input]) => input), used, ...rest]);
  expect(answers.map((answer) => codesOf(answer)?.[0] ?? answer.data.issuePayment.replayed)).toEqual([
    false,
    ...refusals.map(([, code]) => code),
    true,
    ...rest.map(() => false),
  ]);
  expect(faultsIn(t.logLines)).toEqual([]);
});

test('one that the database fails at fails by itself', async () => {
  const inputs = (await employees(20)).map((id, index) => ({ ...bonus(id), note: `number ${index}` }));
  let answers: Answer[] = [];
  await whileRefusing(t.database, 'payments', `note = 'number 7'`, async () => {
    answers = await payTogether(inputs);
  });
  expect(answers.flatMap((answer, index) => (answer.errors ? [[index, codesOf(answer)]] : []))).toEqual([
    [7, ['INTERNAL_SERVER_ERROR']],
  ]);
  for (const [index, { employeeId }] of inputs.entries()) {
    expect(await countPayments(t, employeeId)).toBe(index === 7 ? 0 : 1);
  }
});

test('an employee whom somebody has locked holds up no other payment', async () => {
  const [locked = '', ...free] = await employees(20);
  let waiting: Promise<Answer> | undefined;
  await duringTransaction(t, `SELECT FROM employees WHERE id = '${locked}' FOR UPDATE`, async () => {
    const answers = [locked, ...free].map((id) => pay(t, { ...bonus(id), idempotencyKey: randomUUID() }));
    waiting = answers[0];
    for (const answer of await Promise.all(answers.slice(1))) expectData(answer);
    await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBe(1);
  });
  expect((await waiting)?.data.issuePayment.replayed).toBe(false);
});

test('the same key many times at once is one payment, and the others are told so', async () => {
  const [employeeId = ''] = await employees(1);
  const input = { ...bonus(employeeId), idempotencyKey: randomUUID() };
  const answers = await payTogether(Array.from({ length: 30 }, () => input));
  const results = answers.map(({ data }) => data.issuePayment);
  expect(new Set(results.map(({ payment }) => payment.id)).size).toBe(1);
  expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(await countPayments(t, employeeId)).toBe(1);
});

test('one key for several employees at once pays one of them, and is a mismatch for the others', async () => {
  const ids = await employees(12);
  const idempotencyKey = randomUUID();
  const answers = await payTogether(ids.map((id) => ({ ...bonus(id), idempotencyKey })));
  expect(answers.filter((answer) => !answer.errors)).toHaveLength(1);
  expect(answers.flatMap((answer) => codesOf(answer) ?? [])).toEqual(Array(11).fill('IDEMPOTENCY_MISMATCH'));
});

test('the same keys and the same employees at once on two servers, in any order: none is paid twice', async () => {
  for (let round = 0; round < 5; round++) {
    const inputs = (await employees(25)).map((id) => ({ ...salary(id), idempotencyKey: randomUUID() }));
    // The same keys for the employees from the other end.
    const crossed = inputs.map((input, index) => ({
      ...input,
      idempotencyKey: inputs[inputs.length - 1 - index]?.idempotencyKey,
    }));
    const answers = await Promise.all([
      ...inputs.map((input) => ask(input)),
      ...inputs.toReversed().map((input) => ask(input, other.url)),
      ...crossed.map((input) => ask(input, other.url)),
    ]);
    for (const answer of answers) {
      expect([undefined, ['IDEMPOTENCY_MISMATCH'], ['ALREADY_PAID']]).toContainEqual(codesOf(answer));
    }
    for (const { employeeId } of inputs) expect(await countPayments(t, employeeId)).toBeLessThan(2);
  }
  await expectInvariants(t.database);
});

test('a pay day that is run again is refused one by one, and costs what is new no more than before', async () => {
  const ids = await employees(40);
  const again = ids.slice(0, 8);
  await Promise.all(again.map((id) => paid(t, salary(id))));
  t.statements.length = 0;
  const answers = await payTogether(ids.map(salary));
  expect(answers.flatMap((answer) => codesOf(answer) ?? [])).toEqual(again.map(() => 'ALREADY_PAID'));
  expect(inserts().length).toBeLessThan(5 + again.length);
});

test('what somebody else holds, a key or the row of another admin, holds up only who needs it', async () => {
  const second = await t.account('second', 'ADMIN');
  const [locked = '', apart = '', ...free] = await employees(20);
  const held = { ...bonus(locked), idempotencyKey: randomUUID() };
  const anybodys = await paid(t, bonus(locked));
  let waiting: Array<Promise<Answer>> = [];
  const holding = `
    WITH admin AS (SELECT FROM users WHERE id = '${second.id}' FOR UPDATE)
    INSERT INTO idempotency_records (user_id, operation, key, input_hash, employee_id, payment_id, created_at)
    SELECT '${t.admin.id}', 'issuePayment', '${held.idempotencyKey}', '', '${locked}', '${anybodys.id}', now()
    FROM (SELECT count(*) FROM admin) one`;
  await duringTransaction(t, holding, async () => {
    waiting = [pay(t, held), pay(t, bonus(locked), second), pay(t, bonus(apart), second)];
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(free.map((id) => pay(t, bonus(id))));
      for (const answer of answers) expectData(answer);
    }
    await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBe(3);
  });
  const [ofKey, ...ofSecond] = await Promise.all(waiting);
  expect(ofKey && codesOf(ofKey)).toEqual(['IDEMPOTENCY_MISMATCH']);
  for (const answer of ofSecond) expectData(answer);
});

test('what has not begun when its client is told that it took too long is never begun', async () => {
  const hasty = await t.startAnother({ ...room, OPERATION_TIMEOUT: '1s' });
  const ids = await employees(12);
  await duringTransaction(t, 'LOCK TABLE audit_entries IN SHARE MODE', async () => {
    const answers = ids.map((id) => ask(bonus(id), hasty.url));
    for (const answer of await Promise.all(answers)) expect(codesOf(answer)).toEqual(['SERVICE_UNAVAILABLE']);
    await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBe(0);
  });
  await hasty.stop();
  for (const id of ids) expect(await countPayments(t, id)).toBe(0);
});
