import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import {
  approveAndIssue,
  draft,
  eur,
  giveAccount,
  giveComponent,
  linesOf,
  november,
  payee,
  type Run,
  raise,
  run,
  send,
  setComponent,
  terminate,
  voidPayment,
} from './support.js';

const t = await useStipend();
const second = await t.account('anna', 'ADMIN');

const october = { start: '2026-10-01', end: '2026-10-31' };
const december = { start: '2026-12-01', end: '2026-12-31' };

const codes = ({ nodes }: Run) => nodes.map(({ code }: Run) => code);
const noticesOf = (payRun: Run) => payRun.items.nodes[0].notices.map(({ code }: Run) => code);

async function paidInOctober(given: Parameters<typeof insertEmployee>[1] = {}): Promise<string> {
  const id = await payee(t, given);
  const input = { employeeIds: [id], period: october, payDate: '2026-10-31' };
  await approveAndIssue(t, await draft(t, input), second);
  return id;
}

/** Of a draft for November, which can't be approved as it is. */
async function blockersOf(id: string, input: object = {}): Promise<Run> {
  const drafted = await draft(t, { employeeIds: [id], ...input });
  if (drafted.blockers.nodes.length > 0) expectCode(await send(t, 'approve', drafted, second), 'CONFLICT');
  return drafted;
}

test('NO_BANK_ACCOUNT is gone once there is an account and the run is computed again', async () => {
  const id = await insertEmployee(t.database, { name: 'Nora Nought' });
  const drafted = await blockersOf(id);
  expect(drafted.blockers.nodes).toMatchObject([
    { code: 'NO_BANK_ACCOUNT', employee: { id }, message: 'Nora Nought has no bank account.' },
  ]);
  await giveAccount(t, id);
  const computed = await run(t, 'recompute', { id: drafted.id, version: drafted.version });
  expect(codes(computed.blockers)).toEqual([]);
});

test.each([
  ['the first day', ['2026-10-15', '2026-11-01'], true],
  ['the last day', ['2026-11-30', '2026-12-15'], true],
  ['the day before', ['2026-10-01', '2026-10-31'], false],
  ['the day after', ['2026-12-01', '2026-12-31'], false],
] as const)('a salary that is paid for %s of the period', async (_title, [start, end], isPaid) => {
  const employeeId = await payee(t);
  await insertPayment(t.database, { employeeId, kind: 'SALARY', period: [start, end] });
  const drafted = await blockersOf(employeeId);
  expect(codes(drafted.blockers)).toEqual(isPaid ? ['ALREADY_PAID'] : []);
});

test('neither a bonus, nor a voided payment, nor a salary that is left out is paid twice', async () => {
  const employeeId = await payee(t);
  const period: [string, string] = [november.start, november.end];
  await insertPayment(t.database, { employeeId, kind: 'BONUS', period });
  await insertPayment(t.database, { employeeId, kind: 'SALARY', period, voided: true });
  expect(codes((await blockersOf(employeeId)).blockers)).toEqual([]);
  await insertPayment(t.database, { employeeId, kind: 'SALARY', period });
  const drafted = await blockersOf(employeeId);
  expect(codes(drafted.blockers)).toEqual(['ALREADY_PAID']);
  const [salary] = drafted.items.nodes[0].lines;
  const input = { id: drafted.id, version: drafted.version, removeLines: [salary.id] };
  expect(codes((await run(t, 'edit', { input })).blockers)).toEqual([]);
});

test('a salary that went into deductions altogether is paid, though there is no payment', async () => {
  const id = await payee(t, { salaryMinor: 100_000n });
  const loan = { code: 'WHOLE_LOAN', kind: 'DEDUCTION' };
  await giveComponent(t, id, { component: loan, amount: eur('1000.00') });
  const issued = await approveAndIssue(t, await draft(t, { employeeIds: [id] }), second);
  expect(issued.items.nodes[0]).toMatchObject({ net: { amount: '0.00' }, payment: null });
  expect(codes((await blockersOf(id)).blockers)).toEqual(['ALREADY_PAID']);
});

test('NEGATIVE_NET names what entered deductions exceed the pay by, to the cent', async () => {
  const id = await payee(t, { name: 'Nina Negative', salaryMinor: 100_000n });
  await giveComponent(t, id, {
    component: { code: 'FINE', kind: 'DEDUCTION' },
    effectiveFrom: '2030-01-01',
    percent: '1',
  });
  const drafted = await draft(t, { employeeIds: [id] });
  const withFine = (version: number, amount: string) =>
    run(t, 'edit', {
      input: { id: drafted.id, version, setLines: [{ employeeId: id, code: 'FINE', amount: eur(amount) }] },
    });
  const exact = await withFine(drafted.version, '1000.00');
  expect(codes(exact.blockers)).toEqual([]);
  expect(noticesOf(exact)).toContain('ZERO_NET');
  const beyond = await withFine(exact.version, '1000.01');
  expect(beyond.blockers.nodes).toMatchObject([
    { code: 'NEGATIVE_NET', message: 'The deductions of Nina Negative exceed the pay by 0.01 EUR.' },
  ]);
  expect(beyond.items.nodes[0].net.amount).toBe('0.00');
  expectCode(await send(t, 'approve', beyond, second), 'CONFLICT');
});

test('NO_BANK_ACCOUNT keeps a run from being approved when the account was removed since it was drafted', async () => {
  const id = await payee(t, { name: 'Nora None' });
  const drafted = await draft(t, { employeeIds: [id] });
  expect(codes(drafted.blockers)).toEqual([]);
  const query = 'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }';
  expectData(await t.gql(query, { input: { id, version: 1, bankAccount: null } }, t.admin));
  const refused = expectCode(await send(t, 'approve', drafted, second), 'CONFLICT', { field: 'id' });
  expect(refused.message).toMatch(/^Nora None has no bank account any more/);
  const computed = await run(t, 'recompute', { id: drafted.id, version: drafted.version });
  expect(codes(computed.blockers)).toEqual(['NO_BANK_ACCOUNT']);
});

test('NO_UNITS names what is paid by units, and zero units are units', async () => {
  const id = await payee(t, { unit: 'HOUR', salaryMinor: 2_000n });
  const travel = { component: { code: 'ROADS', kind: 'REIMBURSEMENT' }, rate: eur('0.30') };
  await giveComponent(t, id, travel);
  const drafted = await blockersOf(id);
  expect(codes(drafted.blockers)).toEqual(['NO_UNITS', 'NO_UNITS']);
  const setLines = [
    { employeeId: id, code: 'SALARY', units: '0' },
    { employeeId: id, code: 'ROADS', units: '1.5' },
  ];
  const input = { id: drafted.id, version: drafted.version, setLines };
  const edited = await run(t, 'edit', { input });
  expect(codes(edited.blockers)).toEqual([]);
  expect(edited.items.nodes[0].net.amount).toBe('0.45');
});

test('CURRENCY_MISMATCH names a component, a line and a salary in another currency', async () => {
  const id = await payee(t);
  const usd = (amount: string) => ({ amount, currency: 'USD' });
  const component = { code: 'DOLLARS', kind: 'EARNING' };
  const componentId = await giveComponent(t, id, { component, amount: usd('10.00') });
  const drafted = await blockersOf(id);
  expect(codes(drafted.blockers)).toEqual(['CURRENCY_MISMATCH']);
  expect(drafted.blockers.nodes[0].message).toMatch(/DOLLARS .* is in USD, and not in EUR/);
  await setComponent(t, { employeeId: id, componentId, effectiveFrom: '2026-11-01', amount: eur('10.00') });
  const computed = await run(t, 'recompute', { id: drafted.id, version: drafted.version });
  expect(codes(computed.blockers)).toEqual([]);
  const setLines = [{ employeeId: id, code: 'DOLLARS', amount: usd('5.00') }];
  const edited = await run(t, 'edit', { input: { id: drafted.id, version: computed.version, setLines } });
  expect(codes(edited.blockers)).toEqual(['CURRENCY_MISMATCH']);
});

test('days whose salary is in another currency are left out, and not paid by the salary of other days', async () => {
  const id = await payee(t, { salaryMinor: 300_000n });
  const query = 'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }';
  const salary = { amount: '6000.00', currency: 'USD' };
  const input = { id, version: 1, salary, salaryEffectiveFrom: '2026-11-16' };
  expectData(await t.gql(query, { input }, t.admin));
  const drafted = await draft(t, { employeeIds: [id] });
  expect(linesOf(drafted)).toEqual(['SALARY 3000.00 2026-11-16 2026-11-30']);
  expect(drafted.blockers.nodes).toMatchObject([
    {
      code: 'CURRENCY_MISMATCH',
      message: expect.stringMatching(/The salary of .* is in EUR, and not in USD/),
    },
  ]);
});

test('CARRIED_FORWARD is of what is owed in the currency of an earlier salary, and keeps nobody from being paid', async () => {
  const id = await payee(t, { salaryMinor: 10_000n });
  const component = { code: 'ADVANCE', kind: 'DEDUCTION' };
  await giveComponent(t, id, { component, amount: eur('150.00'), effectiveTo: '2026-10-31' });
  const october = { period: { start: '2026-10-01', end: '2026-10-31' }, payDate: '2026-10-31' };
  await approveAndIssue(t, await draft(t, { employeeIds: [id], ...october }), second);
  const query = 'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }';
  const salary = { amount: '6000.00', currency: 'USD' };
  const input = { id, version: 1, salary, salaryEffectiveFrom: '2026-11-01' };
  expectData(await t.gql(query, { input }, t.admin));
  const drafted = await draft(t, { employeeIds: [id] });
  expect(codes(drafted.blockers)).toEqual([]);
  expect(noticesOf(drafted)).toContain('CARRIED_FORWARD');
  const issued = await approveAndIssue(t, drafted, second);
  expect(issued.items.nodes[0].net).toEqual({ amount: '6000.00', currency: 'USD' });
});

test('FIRST_PAY is of whoever was never paid, and a voided payment is none', async () => {
  const employeeId = await payee(t);
  await insertPayment(t.database, { employeeId, voided: true });
  expect(noticesOf(await draft(t, { employeeIds: [employeeId] }))).toEqual(['FIRST_PAY']);
  await insertPayment(t.database, { employeeId });
  expect(noticesOf(await draft(t, { employeeIds: [employeeId] }))).toEqual([]);
});

test.each([
  ['2026-11-01', true],
  ['2026-11-30', true],
  ['2026-12-01', false],
])('LAST_PAY of who leaves on %s', async (terminatedOn, isLast) => {
  const id = await paidInOctober();
  await terminate(t, id, terminatedOn);
  const notices = noticesOf(await draft(t, { employeeIds: [id] }));
  expect(notices.includes('LAST_PAY')).toBe(isLast);
});

test('NEW_BANK_ACCOUNT is of an account that is another one than at the last run', async () => {
  const id = await paidInOctober();
  expect(noticesOf(await draft(t, { employeeIds: [id] }))).toEqual([]);
  await giveAccount(t, id);
  expect(noticesOf(await draft(t, { employeeIds: [id] }))).toEqual(['NEW_BANK_ACCOUNT']);
});

test.each([
  ['6000.00', false],
  ['6000.01', true],
  ['4000.00', false],
  ['3999.99', true],
])('LARGE_CHANGE from 5,000.00 to %s', async (amount, isLarge) => {
  const id = await paidInOctober();
  await raise(t, id, '2026-11-01', amount);
  const drafted = await draft(t, { employeeIds: [id] });
  expect(noticesOf(drafted)).toEqual(isLarge ? ['LARGE_CHANGE'] : []);
  // A warning keeps no run from being approved.
  await approveAndIssue(t, drafted, second);
});

test('ZERO_NET and ZERO_DAYS are of whoever is paid nothing, and is not employed', async () => {
  const id = await paidInOctober();
  await terminate(t, id, '2026-11-30');
  const drafted = await draft(t, { employeeIds: [id], period: december, payDate: '2026-12-31' });
  expect(noticesOf(drafted)).toEqual(['LARGE_CHANGE', 'ZERO_NET', 'ZERO_DAYS']);
});

test('an off-cycle run that would pay days around paid ones is blocked, and two of them pay', async () => {
  const id = await payee(t);
  const weeks = [
    ['2026-11-01', '2026-11-07'],
    ['2026-11-08', '2026-11-14'],
    ['2026-11-15', '2026-11-30'],
  ].map(([start, end]) => ({ start, end }));
  const runs: Run[] = [];
  for (const period of weeks) {
    runs.push(await approveAndIssue(t, await draft(t, { employeeIds: [id], period }), second));
  }
  for (const { items } of [runs[0], runs[2]]) await voidPayment(t, items.nodes[0].payment.id);
  const offCycle = { kind: 'OFF_CYCLE', reason: 'Voided', employeeIds: [id] };
  const whole = await blockersOf(id, offCycle);
  expect(codes(whole.blockers)).toEqual(['ALREADY_PAID']);
  for (const period of [weeks[0], weeks[2]]) {
    await approveAndIssue(t, await draft(t, { ...offCycle, period }), second);
  }
  expect(codes((await draft(t, offCycle)).blockers)).toEqual([]);
});
