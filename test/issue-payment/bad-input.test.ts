import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, faultsIn } from '../invariants.js';
import { bonus, issuePayment, paid, pay, salary } from './support.js';

const t = await useStipend();

const inEuro = await insertEmployee(t.database);

test.each([
  'eur',
  'Eur',
  'EU',
  'EURO',
  'XXX',
  'XTS',
  'XAU',
  'DEM',
  'BTC',
  '',
  ' EUR',
  '€',
  '\u0000\u0000\u0000',
  '\ud800',
  '978',
  978,
  true,
  [],
  '__proto__',
  'constructor',
])('the currency %j is BAD_USER_INPUT', async (currency) => {
  const input = { ...bonus(inEuro), amount: { amount: '1.00', currency } };
  await expectRefusal(t.database, () => pay(t, input), { code: 'BAD_USER_INPUT', field: 'amount.currency' });
});

test('a currency that the employee is not paid in is BAD_USER_INPUT, whatever other employees are paid in', async () => {
  for (const currency of ['JPY', 'USD']) {
    const input = { ...salary(inEuro), amount: { amount: '100', currency } };
    const error = await expectRefusal(t.database, () => pay(t, input), {
      code: 'BAD_USER_INPUT',
      field: 'amount.currency',
    });
    expect(error.message).toContain('EUR');
  }
});

test('the currency that counts is the one in force today, not one of the past or of the future', async () => {
  const employeeId = await insertEmployee(t.database, { currency: 'USD' });
  const change = async (currency: string, from: string) =>
    t.database.sql(
      `INSERT INTO salary_changes (id, employee_id, effective_from, amount_minor, currency, unit, changed_by, changed_at)
       VALUES (gen_random_uuid(), $1, $2, 1, $3, 'MONTH', $4, now())`,
      [employeeId, from, currency, t.admin.id],
    );
  await change('EUR', '2026-11-22');
  await change('CHF', '2026-11-23');
  for (const currency of ['USD', 'CHF']) {
    const input = { ...bonus(employeeId), amount: { amount: '1', currency } };
    await expectRefusal(t.database, () => pay(t, input), {
      code: 'BAD_USER_INPUT',
      field: 'amount.currency',
    });
  }
  await paid(t, { ...bonus(employeeId), amount: { amount: '1', currency: 'EUR' } });
});

test.each([undefined, null])('a SALARY whose period is %s is BAD_USER_INPUT', async (period) => {
  const input = { ...salary(inEuro), period };
  await expectRefusal(t.database, () => pay(t, input), { code: 'BAD_USER_INPUT', field: 'period' });
});

test('a payment is a SALARY unless it says otherwise, and so needs a period', async () => {
  const input = { employeeId: inEuro, amount: { amount: '1.00', currency: 'EUR' } };
  await expectRefusal(t.database, () => pay(t, input), { code: 'BAD_USER_INPUT', field: 'period' });
});

const badPeriods: Array<[start: unknown, end: unknown, field: string]> = [
  ['2026-11-30', '2026-11-29', 'period'],
  ['2026-12-01', '2025-12-31', 'period'],
  ['2026-01-01', '2027-01-02', 'period'],
  ['0001-01-01', '9999-12-31', 'period.start'],
  ['1899-12-31', '1900-01-01', 'period.start'],
  ['2026-02-30', '2026-03-01', 'period.start'],
  ['2026-02-28', '2026-02-29', 'period.end'],
  ['2026-11-01', '2026-11-31', 'period.end'],
  ['2026-13-01', '2026-11-30', 'period.start'],
  ['2026-00-10', '2026-11-30', 'period.start'],
  ['2026-1-1', '2026-11-30', 'period.start'],
  ['2026-11-01T00:00:00Z', '2026-11-30', 'period.start'],
  ['20261101', '2026-11-30', 'period.start'],
  ['-2026-11-01', '2026-11-30', 'period.start'],
  ['+12026-11-01', '2026-11-30', 'period.start'],
  ['12026-11-01', '2026-11-30', 'period.start'],
  ['', '2026-11-30', 'period.start'],
  ['2026-11-01\u0000', '2026-11-30', 'period.start'],
  ['today', '2026-11-30', 'period.start'],
  [20261101, '2026-11-30', 'period.start'],
  [null, '2026-11-30', 'period.start'],
  ['2026-11-01', {}, 'period.end'],
];

test.each(badPeriods)('the period from %j to %j is BAD_USER_INPUT', async (start, end, field) => {
  const input = { ...salary(inEuro), period: { start, end } };
  await expectRefusal(t.database, () => pay(t, input), { code: 'BAD_USER_INPUT', field });
  await expectRefusal(t.database, () => pay(t, { ...input, kind: 'BONUS' }), {
    code: 'BAD_USER_INPUT',
    field,
  });
});

const huge = 'x'.repeat(200_000);
const badFields: Array<[field: string, values: unknown[]]> = [
  [
    'employeeId',
    [
      '',
      'x',
      '1',
      1,
      inEuro.slice(1),
      `${inEuro}0`,
      `{${inEuro}}`,
      `${inEuro}\u0000`,
      ` ${inEuro}`,
      "' OR 1=1 --",
      '\ud800',
      huge,
      null,
      {},
      [],
      true,
      1.5,
    ],
  ],
  ['replaces', ['', 'x', 1, '\u0000', '\ud800', huge, {}, 1.5]],
  ['kind', ['WAGE', 'salary', '', 0, null, huge, '\ud800', '\u0000']],
  [
    'note',
    ['', '  ', '\n', 'a\u0000b', 'a\ud800b', '\udc00', '\u0007', 'x'.repeat(501), huge, 1, true, {}, []],
  ],
  ['idempotencyKey', ['', 'a\u0000b', '\u0000', '\ud800', 'x'.repeat(256), huge, 1, false, {}]],
  ['period', ['2026-11', 1, 'x']],
  ['amount', ['5.00', 5, null, 'EUR']],
];

for (const [field, values] of badFields) {
  test(`"${field}" of a wrong type, form or length is BAD_USER_INPUT that names it`, async () => {
    for (const value of values) {
      const input = { ...salary(inEuro), [field]: value };
      const error = await expectRefusal(t.database, () => pay(t, input), { code: 'BAD_USER_INPUT', field });
      expect(error.message.length).toBeLessThan(400);
    }
  });
}

test('a field that there is not, or one that is missing, is BAD_USER_INPUT that names it', async () => {
  const { employeeId: _, ...nobody } = salary(inEuro);
  const faults: Array<[object, string]> = [
    [nobody, 'employeeId'],
    [{ ...salary(inEuro), status: 'ISSUED' }, 'status'],
    [{ ...salary(inEuro), issuedAt: null }, 'issuedAt'],
  ];
  for (const [input, field] of faults) {
    await expectRefusal(t.database, () => pay(t, input), { code: 'BAD_USER_INPUT', field });
  }
  for (const variables of [{}, { input: null }, { input: 'x' }, { input: [] }, { input: 1 }]) {
    const answer = await t.gql(issuePayment, variables, t.admin);
    expectCode(answer, 'BAD_USER_INPUT');
  }
});

test('a lone surrogate in the document is a parse error', async () => {
  for (const note of ['"\\ud800"', '"\\u{110000}"', '"\\udfff\\ud800"']) {
    const query = `mutation { issuePayment(input: { employeeId: "${inEuro}", kind: BONUS,
      amount: { amount: "1", currency: "EUR" }, note: ${note} }) { replayed } }`;
    await expectRefusal(t.database, () => t.gql(query, {}, t.admin), { code: 'GRAPHQL_PARSE_FAILED' });
  }
});

test('a body that is too large is BAD_USER_INPUT', async () => {
  const attempt = () => pay(t, { ...salary(inEuro), note: 'x'.repeat(300_000) });
  const error = await expectRefusal(t.database, attempt, { code: 'BAD_USER_INPUT' });
  expect(error.message).toContain('larger');
});

test('text of the longest length, in the widest characters, is taken', async () => {
  const note = '😀'.repeat(250);
  const idempotencyKey = '😀'.repeat(255);
  const payment = await paid(t, { ...bonus(inEuro), note, idempotencyKey });
  expect(payment.note).toBe(note);
  const again = await pay(t, { ...bonus(inEuro), note, idempotencyKey });
  expect(again.data.issuePayment.replayed).toBe(true);
});

test('nothing of all this is a fault of the server, and the database is sound', async () => {
  expect(faultsIn(t.logLines)).toEqual([]);
  await expectInvariants(t.database);
});

const noDays: Array<[unknown]> = [[{ toString: null }], [{}], [[]], [[null]], [20261101], [true]];

test.each(noDays)('the day %j is BAD_USER_INPUT', async (start) => {
  const input = { ...salary(inEuro), period: { start, end: '2026-11-30' } };
  const answer = await pay(t, input);
  expectCode(answer, 'BAD_USER_INPUT');
  expect(t.logLines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
});
