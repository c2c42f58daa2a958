import { expect, test } from 'vitest';
import { isCurrency, minorDigits } from '../../src/values/currencies.js';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { draft, giveAccount, giveComponent, linesOf, november, type Run, run, send } from './support.js';

const t = await useStipend();

async function employee(given: Parameters<typeof insertEmployee>[1] = {}): Promise<string> {
  const id = await insertEmployee(t.database, given);
  await giveAccount(t, id);
  return id;
}

async function raise(employeeId: string, from: string, amount: string): Promise<void> {
  const found = await t.gql(
    'query ($id: ID!) { employee(id: $id) { version } }',
    { id: employeeId },
    t.admin,
  );
  const answer = await t.gql(
    'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }',
    {
      input: {
        id: employeeId,
        version: expectData(found).employee.version,
        salary: { amount, currency: 'EUR' },
        salaryEffectiveFrom: from,
      },
    },
    t.admin,
  );
  expectData(answer);
}

const codes = (notices: Run[]) => notices.map(({ code }) => code);

test('a draft proposes the salary of each person employed on a day of the period, and pays nothing', async () => {
  const [whole, partly, gone, hourly] = [
    await employee(),
    await employee({ hiredOn: '2026-11-16', salaryMinor: 300_000n }),
    await employee({ terminatedOn: '2026-10-31' }),
    await employee({ unit: 'HOUR' }),
  ];
  const drafted = await draft(t, {});
  const ids = drafted.items.nodes.map((item: Run) => item.employee.id);
  expect(ids).toEqual(expect.arrayContaining([whole, partly]));
  expect(ids).not.toContain(gone);
  expect(ids).not.toContain(hourly);
  expect(drafted).toMatchObject({
    kind: 'REGULAR',
    status: 'DRAFT',
    version: 1,
    proration: 'CALENDAR_DAYS',
    employeeCount: ids.length,
    contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const item = drafted.items.nodes[ids.indexOf(partly)];
  expect(item).toMatchObject({ gross: { amount: '1500.00' }, net: { amount: '1500.00' }, payment: null });
  expect(item.lines).toEqual([
    expect.objectContaining({
      code: 'SALARY',
      source: 'COMPUTED',
      amount: { amount: '1500.00' },
      period: { start: '2026-11-16', end: '2026-11-30' },
    }),
  ]);
  expect(await t.database.sql('SELECT 1 FROM payments')).toEqual([]);
});

test('a salary is split at every change, and equal salaries add up to the whole', async () => {
  const id = await employee({ salaryMinor: 400_000n, hiredOn: '2026-01-01' });
  await raise(id, '2026-03-16', '4500.00');
  const march = { period: { start: '2026-03-01', end: '2026-03-31' }, employeeIds: [id] };
  expect(linesOf(await draft(t, march))).toEqual([
    'SALARY 1935.48 2026-03-01 2026-03-15',
    'SALARY 2322.58 2026-03-16 2026-03-31',
  ]);
});

test('what keeps a run from being approved is named, and who it is about', async () => {
  const noAccount = await insertEmployee(t.database);
  const paid = await employee();
  await insertPayment(t.database, {
    employeeId: paid,
    kind: 'SALARY',
    period: ['2026-11-30', '2026-12-30'],
    amountMinor: 500_000n,
  });
  const hourly = await employee({ unit: 'HOUR', salaryMinor: 2_000n });
  const foreign = await employee();
  await giveComponent(t, foreign, {
    component: { code: 'HOUSING', kind: 'EARNING' },
    amount: { amount: '10.00', currency: 'USD' },
  });
  const drafted = await draft(t, { employeeIds: [noAccount, paid, hourly, foreign] });
  const found = drafted.blockers.nodes.map(({ code, employee: of }: Run) => [code, of.id]);
  expect(found.sort()).toEqual(
    [
      ['NO_BANK_ACCOUNT', noAccount],
      ['ALREADY_PAID', paid],
      ['NO_UNITS', hourly],
      ['CURRENCY_MISMATCH', foreign],
    ].sort(),
  );
  expect(drafted.items.nodes).toHaveLength(4);
  const units = { setLines: [{ employeeId: hourly, code: 'SALARY', units: '120.5' }] };
  const edited = await run(t, 'edit', { input: { id: drafted.id, version: drafted.version, ...units } });
  expect(codes(edited.blockers.nodes)).not.toContain('NO_UNITS');
  const item = edited.items.nodes.find((one: Run) => one.employee.id === hourly);
  expect(item).toMatchObject({ gross: { amount: '2410.00' } });
  expect(item.lines[0]).toMatchObject({ source: 'ENTERED', units: '120.5', rate: { amount: '20.00' } });
});

test('the last day that there is can be paid for', async () => {
  const id = await employee({ salaryMinor: 310_000n });
  const drafted = await draft(t, { employeeIds: [id], period: { start: '9999-12-01', end: '9999-12-31' } });
  expect(linesOf(drafted)).toEqual(['SALARY 3100.00 9999-12-01 9999-12-31']);
});

test('components come to an amount, a percentage or units, and deductions last as long as net pay does', async () => {
  const id = await employee({ salaryMinor: 100_000n, hiredOn: '2026-01-01' });
  const eur = (amount: string) => ({ amount, currency: 'EUR' });
  await giveComponent(t, id, { component: { code: 'MEAL', kind: 'EARNING' }, amount: eur('50.00') });
  await giveComponent(t, id, {
    component: { code: 'PENSION', kind: 'DEDUCTION' },
    percent: '10',
    priority: 1,
  });
  await giveComponent(t, id, {
    component: { code: 'EMPLOYER', kind: 'EMPLOYER_CONTRIBUTION' },
    percent: '7.5',
  });
  await giveComponent(t, id, { component: { code: 'TRAVEL', kind: 'REIMBURSEMENT' }, rate: eur('0.30') });
  await giveComponent(t, id, {
    component: { code: 'LOAN', kind: 'DEDUCTION' },
    amount: eur('800.00'),
    cap: eur('1000.00'),
    capPer: 'TOTAL',
    priority: 2,
  });
  await giveComponent(t, id, {
    component: { code: 'CLUB', kind: 'DEDUCTION' },
    amount: eur('300.00'),
    priority: 3,
  });
  const first = await draft(t, { employeeIds: [id] });
  const input = { id: first.id, version: 1, setLines: [{ employeeId: id, code: 'TRAVEL', units: '100' }] };
  const drafted = await run(t, 'edit', { input });
  expect(linesOf(drafted).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'SALARY 1000.00',
    'EMPLOYER 75.00',
    'MEAL 50.00',
    'TRAVEL 30.00',
    'PENSION 100.00',
    'LOAN 800.00',
    'CLUB 180.00',
  ]);
  expect(drafted.items.nodes[0]).toMatchObject({
    gross: { amount: '1050.00' },
    net: { amount: '0.00' },
    employerCost: { amount: '1155.00' },
  });
  expect(codes(drafted.items.nodes[0].notices)).toEqual(
    expect.arrayContaining(['CARRIED_FORWARD', 'ZERO_NET', 'FIRST_PAY']),
  );
  expect(drafted.blockers.nodes).toEqual([]);
});

test('an off-cycle run needs a reason, and pays no salary that a regular run will pay', async () => {
  const id = await employee();
  const input = { kind: 'OFF_CYCLE', period: november, payDate: '2026-11-25', employeeIds: [id] };
  expectCode(await send(t, 'draft', { input }), 'BAD_USER_INPUT', { field: 'reason' });
  const drafted = await draft(t, { ...input, reason: 'A bonus' });
  expect(linesOf(drafted)).toEqual([]);
  await giveComponent(t, id, {
    component: { code: 'BONUS', kind: 'EARNING' },
    effectiveFrom: '2030-01-01',
    percent: '1',
  });
  const lines = [
    { employeeId: id, code: 'BONUS', amount: { amount: '250.00', currency: 'EUR' }, note: 'Well done' },
  ];
  const edited = await run(t, 'edit', { input: { id: drafted.id, version: 1, setLines: lines } });
  expect(edited.items.nodes[0].lines[0]).toMatchObject({ source: 'ENTERED', note: 'Well done' });
  expect(edited.contentHash).not.toBe(drafted.contentHash);
});

test('the same key and input draft one run, and another input is refused', async () => {
  const id = await employee();
  const input = { employeeIds: [id], idempotencyKey: 'draft-1' };
  const all = await Promise.all([draft(t, input), draft(t, input), draft(t, input)]);
  expect(new Set(all.map((one) => one.id)).size).toBe(1);
  const other = { ...input, period: november, payDate: '2026-12-01' };
  expectCode(await send(t, 'draft', { input: other }), 'IDEMPOTENCY_MISMATCH', { field: 'idempotencyKey' });
});

test('an entered line is gone when it is removed, and a computed one is left out from then on', async () => {
  const id = await employee();
  await giveComponent(t, id, {
    component: { code: 'CAR', kind: 'EARNING' },
    amount: { amount: '90.00', currency: 'EUR' },
  });
  const drafted = await draft(t, { employeeIds: [id] });
  const car = drafted.items.nodes[0].lines.find((line: Run) => line.code === 'CAR');
  const edited = await run(t, 'edit', { input: { id: drafted.id, version: 1, removeLines: [car.id] } });
  expect(edited.items.nodes[0].gross.amount).toBe('5000.00');
  const again = await run(t, 'recompute', { id: drafted.id, version: edited.version });
  expect(again.items.nodes[0].gross.amount).toBe('5000.00');
  const without = await run(t, 'edit', {
    input: { id: drafted.id, version: again.version, removeEmployees: [id] },
  });
  expect(without.employeeCount).toBe(0);
  const back = await run(t, 'edit', {
    input: { id: drafted.id, version: without.version, addEmployees: [id] },
  });
  expect(back.items.nodes[0].gross.amount).toBe('5090.00');
});

test.each([
  ['payDate', { payDate: '1800-01-01' }],
  ['period', { period: { start: '2026-11-30', end: '2026-11-01' } }],
  ['employeeIds', { employeeIds: [] }],
  ['employeeIds.0', { employeeIds: ['x'] }],
  ['idempotencyKey', { idempotencyKey: '' }],
])('a bad %s is named, and nothing is drafted', async (field, bad) => {
  const input = { period: november, payDate: '2026-11-30', ...bad };
  expectCode(await send(t, 'draft', { input }), 'BAD_USER_INPUT', { field });
});

test('only admins draft, and an EMPLOYEE sees no pay run', async () => {
  const input = { period: november, payDate: '2026-11-30' };
  expectCode(await send(t, 'draft', { input }, t.viewer), 'FORBIDDEN');
  const list = '{ payRuns { nodes { id } totalCount } }';
  expectCode(await t.gql(list, {}, t.employee), 'FORBIDDEN');
  expect(expectData(await t.gql(list, {}, t.viewer)).payRuns.totalCount).toBeGreaterThan(0);
});

test('a part of a month is paid exactly in each currency of ISO 4217', async () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const currencies = letters
    .flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)))
    .filter(isCurrency);
  expect(currencies).toHaveLength(154);
  const people = new Map<string, string>();
  for (const currency of currencies) {
    people.set(await employee({ currency, salaryMinor: 100_001n, hiredOn: '2026-11-10' }), currency);
  }
  const query = `query ($id: ID!, $after: String) { payRun(id: $id) { items(first: 100, after: $after) {
    pageInfo { endCursor } nodes { employee { id } gross { amount currency } net { amount currency } } } } }`;
  const { id } = await draft(t, { employeeIds: [...people.keys()] });
  const items: Run[] = [];
  for (let after: string | null = null; items.length < people.size; ) {
    const answer = await t.gql(query, { id, after }, t.admin);
    const { pageInfo, nodes } = expectData(answer).payRun.items;
    items.push(...nodes);
    after = pageInfo.endCursor;
  }
  // 100,001 less 9 days of 30 of it, which are 30,000.3 and so 30,000: 70,001 of the smallest unit.
  const written = ['70001', '7000.1', '700.01', '70.001'];
  for (const { employee: paid, gross, net } of items) {
    const currency = people.get(paid.id) ?? '';
    expect(gross).toEqual({ amount: written[minorDigits(currency)], currency });
    expect(net).toEqual(gross);
  }
  expect(new Set(items.map(({ gross }) => gross.currency))).toEqual(new Set(currencies));
});
