import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import {
  approveAndIssue,
  draft,
  eur,
  giveComponent,
  linesOf,
  payee,
  type Run,
  run,
  voidPayment,
} from './support.js';

const t = await useStipend();
const second = await t.account('anna', 'ADMIN');

const id = await payee(t, { salaryMinor: 300_000n });
await giveComponent(t, id, { component: { code: 'MEAL', kind: 'EARNING' }, amount: eur('90.00') });
await giveComponent(t, id, { component: { code: 'ROADS', kind: 'REIMBURSEMENT' }, rate: eur('0.30') });
await giveComponent(t, await payee(t), { component: { code: 'BONUS', kind: 'EARNING' }, percent: '1' });

const offCycle = { kind: 'OFF_CYCLE', reason: 'What is missing', employeeIds: [id] };
const edit = (payRun: Run, change: object) =>
  run(t, 'edit', { input: { id: payRun.id, version: payRun.version, ...change } });
const lineOf = (payRun: Run, code: string) =>
  payRun.items.nodes[0].lines.find((line: Run) => line.code === code).id;
const issue = (payRun: Run) => approveAndIssue(t, payRun, second);

const entered = ['SALARY 3000.00 2026-11-01 2026-11-30', 'ROADS 3.00 2026-11-01 2026-11-30', 'BONUS 500.00'];

test('an off-cycle run proposes what was entered for a voided payment, and not what was left out', async () => {
  const drafted = await draft(t, { employeeIds: [id] });
  const setLines = [
    { employeeId: id, code: 'BONUS', amount: eur('500.00'), note: 'Well done' },
    { employeeId: id, code: 'ROADS', units: '10' },
  ];
  const first = await issue(await edit(drafted, { setLines, removeLines: [lineOf(drafted, 'MEAL')] }));
  expect(linesOf(first)).toEqual(entered);
  await voidPayment(t, first.items.nodes[0].payment.id);

  const again = await draft(t, offCycle);
  expect(linesOf(again)).toEqual(entered);
  expect(again.items.nodes[0].lines[2]).toMatchObject({ source: 'ENTERED', note: 'Well done' });
  const other = await draft(t, offCycle);
  const smaller = await edit(other, {
    setLines: [{ employeeId: id, code: 'BONUS', amount: eur('1.00') }],
    removeLines: [lineOf(other, 'ROADS')],
  });
  expect(linesOf(smaller)).toEqual([entered[0], 'BONUS 1.00']);
  const removed = await edit(smaller, { removeLines: [lineOf(smaller, 'BONUS')] });
  expect(linesOf(removed)).toEqual([entered[0], 'BONUS 500.00']);
  const without = await edit(removed, { removeLines: [lineOf(removed, 'BONUS')] });
  expect(linesOf(without)).toEqual([entered[0]]);

  const paid = await issue(await edit(again, { payDate: '2026-11-29' }));
  expect(linesOf(paid)).toEqual(entered);
  expect(linesOf(await draft(t, offCycle))).toEqual([]);
  const computed = await run(t, 'recompute', { id: without.id, version: without.version });
  expect(linesOf(computed)).toEqual([]);

  await voidPayment(t, paid.items.nodes[0].payment.id);
  expect(linesOf(await draft(t, offCycle))).toEqual(entered);
});

test('a run of a part of the days does not propose it, and no run does once a part is paid', async () => {
  const period = { start: '2026-11-01', end: '2026-11-15' };
  const part = await draft(t, { ...offCycle, period });
  expect(linesOf(part)).toEqual(['SALARY 1500.00 2026-11-01 2026-11-15', 'MEAL 45.00 2026-11-01 2026-11-15']);
  await issue(await edit(part, { setLines: [{ employeeId: id, code: 'ROADS', units: '1' }] }));
  expect(linesOf(await draft(t, offCycle))).toEqual([
    'SALARY 1500.00 2026-11-16 2026-11-30',
    'MEAL 90.00 2026-11-16 2026-11-30',
  ]);
});
