import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import {
  approveAndIssue,
  draft,
  eur,
  giveComponent,
  linesOf,
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

const monthOf = (month: string, days: number, year = 2026) => ({
  period: { start: `${year}-${month}-01`, end: `${year}-${month}-${days}` },
  payDate: `${year}-${month}-${days}`,
});
const october = monthOf('10', 31);
const november = monthOf('11', 30);
const december = monthOf('12', 31);
const january = monthOf('01', 31, 2027);

/** Codes are unique, and each test has its own. */
let count = 0;
const code = () => `CODE_${++count}`;

/** The lines but for the salary, with their codes left out. */
const amountsOf = (payRun: Run) =>
  linesOf(payRun)
    .filter((line) => !line.startsWith('SALARY '))
    .map((line) => line.split(' ').slice(1).join(' '));

const sourcesOf = (payRun: Run) =>
  payRun.items.nodes[0].lines
    .filter((line: Run) => line.code !== 'SALARY')
    .map(({ source, amount }: Run) => `${source} ${amount.amount}`);

async function issue(id: string, month: object): Promise<Run> {
  return await approveAndIssue(t, await draft(t, { employeeIds: [id], ...month }), second);
}

test('an amount is paid whole for a part of the period, and prorated by its days', async () => {
  const hired = await payee(t, { hiredOn: '2026-11-16' });
  const [whole, prorated] = [code(), code()];
  await giveComponent(t, hired, { component: { code: whole, kind: 'EARNING' }, amount: eur('90.00') });
  const divided = { code: prorated, kind: 'EARNING', prorated: true };
  await giveComponent(t, hired, { component: divided, amount: eur('90.00') });
  const days = '2026-11-16 2026-11-30';
  expect(amountsOf(await draft(t, { employeeIds: [hired] }))).toEqual([`90.00 ${days}`, `45.00 ${days}`]);
  await terminate(t, hired, '2026-11-18');
  const last = '2026-11-16 2026-11-18';
  expect(amountsOf(await draft(t, { employeeIds: [hired] }))).toEqual([`90.00 ${last}`, `9.00 ${last}`]);
});

test('an amount that is changed in the period is split when it is prorated, and else the newest is paid', async () => {
  const id = await payee(t);
  for (const prorated of [false, true]) {
    const component = { code: code(), kind: 'EARNING', prorated };
    const componentId = await giveComponent(t, id, { component, amount: eur('60.00') });
    await setComponent(t, {
      employeeId: id,
      componentId,
      effectiveFrom: '2026-11-11',
      amount: eur('90.00'),
    });
  }
  expect(amountsOf(await draft(t, { employeeIds: [id] }))).toEqual([
    '90.00 2026-11-11 2026-11-30',
    '20.00 2026-11-01 2026-11-10',
    '60.00 2026-11-11 2026-11-30',
  ]);
});

test('a percentage is of the whole salary, or of its days when it is prorated, and changes as a salary does', async () => {
  const id = await payee(t, { salaryMinor: 300_000n });
  await raise(t, id, '2026-11-21', '6000.00');
  for (const prorated of [false, true]) {
    const component = { code: code(), kind: 'DEDUCTION', prorated };
    const componentId = await giveComponent(t, id, { component, percent: '5' });
    await setComponent(t, { employeeId: id, componentId, effectiveFrom: '2026-11-11', percent: '10' });
  }
  const drafted = await draft(t, { employeeIds: [id] });
  // 2,000 until the 20th and 2,000 from then on.
  expect(amountsOf(drafted)).toEqual([
    '400.00 2026-11-11 2026-11-30',
    '50.00 2026-11-01 2026-11-10',
    '300.00 2026-11-11 2026-11-30',
  ]);
});

test('a percentage of components is of theirs alone, in whatever order they were given, to half a cent up', async () => {
  const id = await payee(t);
  const [meal, car, fee] = [code(), code(), code()];
  const mealId = await giveComponent(t, id, {
    component: { code: meal, kind: 'EARNING' },
    amount: eur('10.01'),
    priority: 9,
  });
  const carId = await giveComponent(t, id, {
    component: { code: car, kind: 'EARNING' },
    percent: '50',
    percentOf: [mealId],
    priority: 8,
  });
  const component = { code: fee, kind: 'EMPLOYER_CONTRIBUTION' };
  await giveComponent(t, id, { component, percent: '10', percentOf: [mealId, carId], priority: 1 });
  const amounts = Object.fromEntries(
    linesOf(await draft(t, { employeeIds: [id] })).map((line) => line.split(' ')),
  );
  // 5.005 is 5.01; of 15.02 it is 1.502.
  expect(amounts).toMatchObject({ [meal]: '10.01', [car]: '5.01', [fee]: '1.50' });
});

test('a percentage is of what was entered, too, and not of what was left out', async () => {
  const id = await payee(t, { salaryMinor: 300_000n });
  const [bonus, meal, fee, pension, share] = [code(), code(), code(), code(), code()];
  const bonusId = await giveComponent(t, await payee(t), {
    component: { code: bonus, kind: 'EARNING' },
    percent: '1',
  });
  const mealId = await giveComponent(t, id, {
    component: { code: meal, kind: 'EARNING' },
    amount: eur('100.00'),
  });
  const contribution = (component: string, prorated: boolean) => ({
    component: { code: component, kind: 'EMPLOYER_CONTRIBUTION', prorated },
  });
  await giveComponent(t, id, { ...contribution(fee, false), percent: '10', percentOf: [bonusId, mealId] });
  await giveComponent(t, id, { ...contribution(pension, false), percent: '5' });
  const shareId = await giveComponent(t, id, { ...contribution(share, true), percent: '1' });
  const later = { employeeId: id, componentId: shareId, effectiveFrom: '2026-11-11', percent: '2' };
  await setComponent(t, { ...later, percentOf: [bonusId, mealId] });
  const edit = (payRun: Run, change: object) =>
    run(t, 'edit', { input: { id: payRun.id, version: payRun.version, ...change } });
  const lineOf = (payRun: Run, wanted: string) =>
    payRun.items.nodes[0].lines.find((line: Run) => line.code === wanted).id;
  const contributions = (payRun: Run) =>
    payRun.items.nodes[0].lines
      .filter(({ kind }: Run) => kind === 'EMPLOYER_CONTRIBUTION')
      .map((line: Run) => line.amount.amount);
  const setLines = [{ employeeId: id, code: bonus, amount: eur('500.00') }];
  const entered = await edit(await draft(t, { employeeIds: [id] }), { setLines });
  expect(contributions(entered)).toEqual(['60.00', '150.00', '10.00', '12.00']);
  const removeLines = [lineOf(entered, meal), lineOf(entered, 'SALARY')];
  const without = await edit(entered, { removeLines });
  expect(contributions(without)).toEqual(['50.00', '0.00', '0.00', '10.00']);
  const salary = [{ employeeId: id, code: 'SALARY', amount: eur('1000.00') }];
  expect(contributions(await edit(without, { setLines: salary }))).toEqual([
    '50.00',
    '50.00',
    '0.00',
    '10.00',
  ]);
});

test('units × rate is rounded half up, and a rate that is changed in the period counts once', async () => {
  const id = await payee(t);
  const roads = code();
  const component = { code: roads, kind: 'REIMBURSEMENT' };
  const componentId = await giveComponent(t, id, { component, rate: eur('0.29') });
  await setComponent(t, { employeeId: id, componentId, effectiveFrom: '2026-11-15', rate: eur('0.30') });
  const drafted = await draft(t, { employeeIds: [id] });
  expect(drafted.blockers.nodes).toHaveLength(1);
  const units = (version: number, text: string) =>
    run(t, 'edit', {
      input: { id: drafted.id, version, setLines: [{ employeeId: id, code: roads, units: text }] },
    });
  const edited = await units(drafted.version, '12.05');
  expect(amountsOf(edited)).toEqual(['3.62 2026-11-15 2026-11-30']);
  expect(edited.blockers.nodes).toEqual([]);
  const again = await units(edited.version, '12.0499');
  expect(amountsOf(again)).toEqual(['3.61 2026-11-15 2026-11-30']);
});

test('units are entered in an off-cycle run too, and units of nothing are refused by the line', async () => {
  const id = await payee(t);
  const [roads, meal] = [code(), code()];
  await giveComponent(t, id, { component: { code: roads, kind: 'REIMBURSEMENT' }, rate: eur('0.30') });
  await giveComponent(t, id, { component: { code: meal, kind: 'EARNING' }, amount: eur('50.00') });
  const drafted = await draft(t, { kind: 'OFF_CYCLE', reason: 'A journey', employeeIds: [id] });
  const { id: runId, version } = drafted;
  const line = { employeeId: id, code: roads, units: '100' };
  for (const bad of [meal, 'SALARY']) {
    const setLines = [line, { employeeId: id, code: bad, units: '1' }];
    expectCode(await send(t, 'edit', { input: { id: runId, version, setLines } }), 'BAD_USER_INPUT', {
      field: 'setLines.1.units',
    });
    const csv = `employee,code,units\n${id},${roads},1\n${id},${bad},1\n`;
    const refused = await send(t, 'import', { input: { id: runId, version, csv } });
    const { message } = expectCode(refused, 'BAD_USER_INPUT', { field: 'csv' });
    expect(message).toBe(`Line 3, units: The employee has no rate of ${bad} in the period.`);
  }
  const edited = await run(t, 'edit', { input: { id: runId, version, setLines: [line] } });
  expect(edited.items.nodes[0].net.amount).toBe('30.00');
  const [shown] = edited.items.nodes[0].lines;
  const input = { id: runId, version: edited.version, removeLines: [shown.id] };
  const removed = await run(t, 'edit', { input });
  expect(removed.items.nodes[0].net.amount).toBe('0.00');
});

test('a salary that is entered in place of the computed one is for the days of the period', async () => {
  const id = await payee(t);
  const drafted = await draft(t, { employeeIds: [id] });
  const [salary] = drafted.items.nodes[0].lines;
  const setLines = [{ employeeId: id, code: 'SALARY', amount: eur('1234.56') }];
  const input = { id: drafted.id, version: drafted.version, removeLines: [salary.id], setLines };
  const issued = await approveAndIssue(t, await run(t, 'edit', { input }), second);
  expect(issued.items.nodes[0].payment).toMatchObject({
    kind: 'SALARY',
    amount: { amount: '1234.56' },
    period: november.period,
  });
  const next = await draft(t, { employeeIds: [id], ...december });
  expect(linesOf(next)).toEqual(['SALARY 5000.00 2026-12-01 2026-12-31']);
});

test('an amount that can not be kept is refused, and nothing is changed', async () => {
  const id = await payee(t);
  const much = code();
  await giveComponent(t, id, {
    component: { code: much, kind: 'EARNING' },
    effectiveFrom: '2030-01-01',
    percent: '1',
  });
  const drafted = await draft(t, { employeeIds: [id] });
  const setLines = [{ employeeId: id, code: much, amount: eur('92233720368547758.07') }];
  const input = { id: drafted.id, version: drafted.version, setLines };
  expectCode(await send(t, 'edit', { input }), 'BAD_USER_INPUT');
  expect((await run(t, 'recompute', drafted)).version).toBe(drafted.version + 1);
});

test('components are effective-dated by days, and one is replaced though a draft has it', async () => {
  const id = await payee(t);
  const component = { code: code(), kind: 'EARNING' };
  const componentId = await giveComponent(t, id, {
    component,
    amount: eur('10.00'),
    effectiveFrom: '2026-11-30',
    effectiveTo: '2026-12-01',
  });
  const amounts = async () => [
    amountsOf(await draft(t, { employeeIds: [id], ...october })),
    amountsOf(await draft(t, { employeeIds: [id], ...november })),
    amountsOf(await draft(t, { employeeIds: [id], ...december })),
    amountsOf(await draft(t, { employeeIds: [id], ...january })),
  ];
  const days = ['2026-11-30 2026-11-30', '2026-12-01 2026-12-01'];
  expect(await amounts()).toEqual([[], [`10.00 ${days[0]}`], [`10.00 ${days[1]}`], []]);
  await setComponent(t, {
    employeeId: id,
    componentId,
    effectiveFrom: '2026-11-30',
    effectiveTo: '2026-12-01',
    amount: eur('20.00'),
  });
  expect(await amounts()).toEqual([[], [`20.00 ${days[0]}`], [`20.00 ${days[1]}`], []]);
});

test('a component that is given before a later change of it lasts until then, as a salary does', async () => {
  const id = await payee(t);
  const component = { code: code(), kind: 'EARNING' };
  const componentId = await giveComponent(t, id, { component, amount: eur('10.00') });
  const from = (effectiveFrom: string, amount: string, effectiveTo?: string) => ({
    ...{ employeeId: id, componentId, effectiveFrom, effectiveTo, amount: eur(amount) },
  });
  await setComponent(t, from('2026-12-01', '30.00'));
  await setComponent(t, from('2026-11-01', '20.00'));
  const lines = await Promise.all(
    [october, november, december].map(async (month) =>
      amountsOf(await draft(t, { employeeIds: [id], ...month })),
    ),
  );
  expect(lines).toEqual([
    ['10.00 2026-10-01 2026-10-31'],
    ['20.00 2026-11-01 2026-11-30'],
    ['30.00 2026-12-01 2026-12-31'],
  ]);
  const query = `mutation ($input: SetEmployeeComponentInput!) {
    setEmployeeComponent(input: $input) { employeeComponent { id } } }`;
  const beyond = { input: from('2026-11-15', '5.00', '2026-12-01') };
  expectCode(await t.gql(query, beyond, t.admin), 'CONFLICT', { field: 'effectiveTo' });
  const { id: first } = await setComponent(t, from('2026-11-01', '20.00'));
  const ending = `mutation ($input: EndEmployeeComponentInput!) {
    endEmployeeComponent(input: $input) { employeeComponent { id } } }`;
  const overlapping = { input: { id: first, effectiveTo: '2026-12-01' } };
  expectCode(await t.gql(ending, overlapping, t.admin), 'CONFLICT', { field: 'effectiveTo' });
});

test('deductions are taken by priority, the smallest first, and by code where it is the same', async () => {
  const id = await payee(t, { salaryMinor: 10_000n });
  const priorities = [3, 1, 2, 2];
  const names = priorities.map(() => code());
  for (const [index, priority] of priorities.entries()) {
    const component = { code: names[index] ?? '', kind: 'DEDUCTION' };
    await giveComponent(t, id, { component, amount: eur('40.00'), priority });
  }
  const drafted = await draft(t, { employeeIds: [id] });
  expect(
    linesOf(drafted)
      .slice(1)
      .map((line) => line.split(' ').slice(0, 2)),
  ).toEqual([
    [names[1], '40.00'],
    [names[2], '40.00'],
    [names[3], '20.00'],
    [names[0], '0.00'],
  ]);
  const carried = drafted.items.nodes[0].notices.filter((one: Run) => one.code === 'CARRIED_FORWARD');
  expect(carried).toHaveLength(2);
});

test('a cap per run holds in each run', async () => {
  const id = await payee(t);
  const component = { code: code(), kind: 'DEDUCTION' };
  await giveComponent(t, id, { component, percent: '10', cap: eur('450.00'), capPer: 'PAY_RUN' });
  expect(sourcesOf(await issue(id, october))).toEqual(['COMPUTED 450.00']);
  expect(sourcesOf(await issue(id, november))).toEqual(['COMPUTED 450.00']);
});

test('a cap per year is for the year of the pay date, and begins again with it', async () => {
  const id = await payee(t);
  const component = { code: code(), kind: 'EMPLOYER_CONTRIBUTION' };
  await giveComponent(t, id, { component, amount: eur('400.00'), cap: eur('1000.00'), capPer: 'YEAR' });
  expect(sourcesOf(await issue(id, october))).toEqual(['COMPUTED 400.00']);
  expect(sourcesOf(await issue(id, november))).toEqual(['COMPUTED 400.00']);
  expect(sourcesOf(await draft(t, { employeeIds: [id], ...december, payDate: '2027-01-01' }))).toEqual([
    'COMPUTED 400.00',
  ]);
  expect(sourcesOf(await issue(id, december))).toEqual(['COMPUTED 200.00']);
  expect(sourcesOf(await issue(id, january))).toEqual(['COMPUTED 400.00']);
});

test('a loan ends when it is paid back, whatever its instalments were, what was entered, and what was voided', async () => {
  const id = await payee(t);
  const loan = code();
  const cap = { cap: eur('1000.00'), capPer: 'TOTAL' };
  const componentId = await giveComponent(t, id, {
    component: { code: loan, kind: 'DEDUCTION' },
    amount: eur('300.00'),
    ...cap,
  });
  const first = await issue(id, october);
  await voidPayment(t, first.items.nodes[0].payment.id);
  const again = { kind: 'OFF_CYCLE', reason: 'Voided' };
  expect(sourcesOf(await issue(id, { ...october, ...again }))).toEqual(['COMPUTED 300.00']);
  const given = { employeeId: id, componentId, effectiveFrom: '2026-11-01', amount: eur('400.00') };
  await setComponent(t, { ...given, ...cap });
  expect(sourcesOf(await draft(t, { employeeIds: [id], ...november }))).toEqual(['COMPUTED 400.00']);
  const drafted = await draft(t, { employeeIds: [id], ...november });
  const setLines = [{ employeeId: id, code: loan, amount: eur('500.00') }];
  const edited = await run(t, 'edit', { input: { id: drafted.id, version: drafted.version, setLines } });
  expect(sourcesOf(edited)).toEqual(['ENTERED 500.00', 'COMPUTED 200.00']);
  await approveAndIssue(t, edited, second);
  expect(sourcesOf(await issue(id, december))).toEqual(['COMPUTED 0.00']);
});

test('what could not be taken is recovered in a later run, before the other deductions', async () => {
  const id = await payee(t, { salaryMinor: 100_000n });
  const [small, large] = [code(), code()];
  await giveComponent(t, id, {
    component: { code: small, kind: 'DEDUCTION' },
    amount: eur('100.00'),
    priority: 1,
    effectiveFrom: '2026-11-01',
  });
  await giveComponent(t, id, {
    component: { code: large, kind: 'DEDUCTION' },
    amount: eur('1200.00'),
    effectiveTo: '2026-10-31',
  });
  await issue(id, october);
  await raise(t, id, '2026-11-01', '250.00');
  const shown = (payRun: Run) =>
    linesOf(payRun)
      .slice(1)
      .map((line) => line.split(' ').slice(0, 2).join(' '));
  expect(shown(await issue(id, november))).toEqual([`${large} 200.00`, `${small} 50.00`]);
  expect(shown(await issue(id, december))).toEqual([`${small} 50.00`, `${small} 100.00`]);
  expect(shown(await issue(id, january))).toEqual([`${small} 100.00`]);
});

test('the year to date has each component, by pay date, without voided payments', async () => {
  const id = await payee(t, { salaryMinor: 100_000n });
  const pension = code();
  await giveComponent(t, id, { component: { code: pension, kind: 'DEDUCTION' }, percent: '10' });
  const issued = await issue(id, october);
  await issue(id, { ...november, payDate: '2027-01-02' });
  const toDate = async (year: number) => {
    const query = `query ($id: ID!, $year: Int!) {
      employee(id: $id) { yearToDate(year: $year) { code amount { amount } } } }`;
    const { employee } = expectData(await t.gql(query, { id, year }, t.viewer));
    return employee.yearToDate.map(({ code: of, amount }: Run) => `${of} ${amount.amount}`);
  };
  expect(await toDate(2026)).toEqual(['SALARY 1000.00', `${pension} 100.00`]);
  expect(await toDate(2027)).toEqual(['SALARY 1000.00', `${pension} 100.00`]);
  await voidPayment(t, issued.items.nodes[0].payment.id);
  expect(await toDate(2026)).toEqual([]);
});
