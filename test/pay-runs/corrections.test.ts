import { expect, test } from 'vitest';
import { expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import {
  approveAndIssue,
  draft,
  linesOf,
  november,
  payee,
  type Run,
  raise,
  run,
  terminate,
  voidPayment,
} from './support.js';

const t = await useStipend();
const second = await t.account('anna', 'ADMIN');

const october = { period: { start: '2026-10-01', end: '2026-10-31' }, payDate: '2026-10-31' };
const december = { period: { start: '2026-12-01', end: '2026-12-31' }, payDate: '2026-12-31' };
const offCycle = { kind: 'OFF_CYCLE', reason: 'What is missing' };

async function issue(ids: string[], input: object = {}): Promise<Run> {
  return await approveAndIssue(t, await draft(t, { employeeIds: ids, ...input }), second);
}

const correctionsOf = (payRun: Run) =>
  linesOf(payRun).flatMap((line) => (line.startsWith('SALARY_CORRECTION ') ? [line.slice(18)] : []));

test('a raise entered while a draft is edited for somebody else is corrected by the next run', async () => {
  const [edited, raised] = [await payee(t), await payee(t, { salaryMinor: 300_000n })];
  const drafted = await draft(t, { employeeIds: [edited, raised], ...october });
  t.clock.advance(7_200_000);
  await raise(t, raised, '2026-10-22', '3310.00');
  t.clock.advance(7_200_000);
  const input = { id: drafted.id, version: drafted.version, removeEmployees: [edited] };
  const issued = await approveAndIssue(t, await run(t, 'edit', { input }), second);
  expect(issued.items.nodes[0].net.amount).toBe('3000.00');
  const next = await draft(t, { employeeIds: [raised] });
  expect(correctionsOf(next)).toEqual(['100.00 2026-10-22 2026-10-31']);
});

test('a raise that began as the run was computed, at the same instant, is corrected', async () => {
  const id = await payee(t, { salaryMinor: 310_000n });
  await issue([id], october);
  await raise(t, id, '2026-10-31', '6200.00');
  expect(correctionsOf(await draft(t, { employeeIds: [id] }))).toEqual(['100.00 2026-10-31 2026-10-31']);
});

test('a raise and an end that reach back for years are corrected', async () => {
  const february = { period: { start: '2023-02-01', end: '2023-02-28' }, payDate: '2023-02-28' };
  const [raised, ended] = [await payee(t), await payee(t, { salaryMinor: 280_000n })];
  await issue([raised, ended], february);
  await raise(t, raised, '2023-02-28', '7800.00');
  await terminate(t, ended, '2023-02-27');
  const next = await draft(t, { employeeIds: [raised, ended], ...offCycle });
  const found = next.items.nodes.map(({ lines: [line, ...others] }: Run) => [line.code, line.kind, others]);
  expect(found).toEqual([
    ['SALARY_CORRECTION', 'EARNING', []],
    ['SALARY_CORRECTION', 'DEDUCTION', []],
  ]);
});

test('a pay cut and an end inside paid days are withheld by days, and the rest is carried forward', async () => {
  const id = await payee(t, { salaryMinor: 310_000n });
  await issue([id], october);
  await raise(t, id, '2026-10-17', '1550.00');
  const cut = await draft(t, { employeeIds: [id] });
  expect(linesOf(cut)).toEqual([
    'SALARY 1550.00 2026-11-01 2026-11-30',
    'SALARY_CORRECTION 750.00 2026-10-17 2026-10-31',
  ]);
  await terminate(t, id, '2026-10-16');
  const last = await draft(t, { employeeIds: [id], ...offCycle });
  expect(last.items.nodes[0]).toMatchObject({ net: { amount: '0.00' } });
  const period = { start: '2026-10-17', end: '2026-10-31' };
  expect(last.items.nodes[0].lines).toMatchObject([{ code: 'SALARY_CORRECTION', kind: 'DEDUCTION', period }]);
  expect(last.warnings.nodes.map((one: Run) => one.code)).toContain('CARRIED_FORWARD');
});

test('a second raise corrects what the first correction has left', async () => {
  const id = await payee(t, { salaryMinor: 310_000n });
  await issue([id], october);
  await raise(t, id, '2026-10-31', '6200.00');
  await issue([id]);
  await raise(t, id, '2026-10-30', '6200.00');
  const next = await draft(t, { employeeIds: [id], ...december });
  expect(correctionsOf(next)).toEqual(['100.00 2026-10-30 2026-10-31']);
});

test('a correction counts when the payment that it corrects is voided and paid again', async () => {
  const id = await payee(t, { salaryMinor: 310_000n });
  const first = await issue([id], october);
  await raise(t, id, '2026-10-31', '6200.00');
  await issue([id]);
  await voidPayment(t, first.items.nodes[0].payment.id);
  const again = await draft(t, { employeeIds: [id], ...october, ...offCycle });
  expect(linesOf(again)).toEqual([
    'SALARY 3000.00 2026-10-01 2026-10-30',
    'SALARY 200.00 2026-10-31 2026-10-31',
    'SALARY_CORRECTION 100.00',
  ]);
  expect(again.items.nodes[0].net.amount).toBe('3100.00');
});

test('a run of earlier days leaves later days as they were paid', async () => {
  const id = await payee(t, { salaryMinor: 300_000n });
  await raise(t, id, '2026-11-01', '4000.00');
  await issue([id]);
  expect(linesOf(await draft(t, { employeeIds: [id], ...october }))).toEqual([
    'SALARY 3000.00 2026-10-01 2026-10-31',
  ]);
});

test('everybody who is paid by month on a day of the period is in the draft, also who is paid by the hour later', async () => {
  const id = await payee(t, { salaryMinor: 300_000n });
  const query = 'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }';
  const salary = { amount: '20.00', currency: 'EUR' };
  const byHour = { id, version: 1, salary, salaryUnit: 'HOUR', salaryEffectiveFrom: '2026-11-16' };
  expectData(await t.gql(query, { input: byHour }, t.admin));
  const of = async (input: object) => {
    const { items } = await draft(t, input);
    return items.nodes.find((item: Run) => item.employee.id === id);
  };
  const item = await of({ period: november });
  expect(item.gross.amount).toBe('1500.00');
  expect(item.notices.map(({ code }: Run) => code)).toContain('NO_UNITS');
  const { id: runId, version } = await draft(t, { employeeIds: [id] });
  const setLines = [{ employeeId: id, code: 'SALARY', units: '10' }];
  expect(linesOf(await run(t, 'edit', { input: { id: runId, version, setLines } }))).toEqual([
    'SALARY 1500.00 2026-11-01 2026-11-15',
    'SALARY 200.00 2026-11-16 2026-11-30',
  ]);
  expect(await of(december)).toBeUndefined();
});
