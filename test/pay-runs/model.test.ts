import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from '../client.js';
import { expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { expectInvariants } from '../invariants.js';
import { eur, giveComponent, payee, type Run, type Step, send } from './support.js';

const t = await useStipend();
const second = await t.account('anna', 'ADMIN');
const third = await t.account('arno', 'ADMIN');

/** What no sequence of steps leads to, but for what is being drafted. */
const violations = {
  'an item is not the sum of its lines': `
    SELECT i.id FROM pay_run_items i LEFT JOIN pay_lines l ON l.item_id = i.id
    GROUP BY i.id HAVING (i.gross_minor, i.reimbursements_minor, i.deductions_minor, i.contributions_minor) IS DISTINCT FROM (
      coalesce(sum(l.amount_minor) FILTER (WHERE l.kind = 'EARNING'), 0)::bigint,
      coalesce(sum(l.amount_minor) FILTER (WHERE l.kind = 'REIMBURSEMENT'), 0)::bigint,
      coalesce(sum(l.amount_minor) FILTER (WHERE l.kind = 'DEDUCTION'), 0)::bigint,
      coalesce(sum(l.amount_minor) FILTER (WHERE l.kind = 'EMPLOYER_CONTRIBUTION'), 0)::bigint)`,
  'a net pay is negative, or something is left out of it': `
    SELECT i.id FROM pay_run_items i JOIN pay_runs r ON r.id = i.pay_run_id WHERE i.net_minor < 0
      OR r.status IN ('APPROVED', 'ISSUED') AND i.net_minor <> i.gross_minor + i.reimbursements_minor - i.deductions_minor`,
  'an item of an issued run has not just one payment, of its net pay': `
    SELECT i.id FROM pay_run_items i JOIN pay_runs r ON r.id = i.pay_run_id
      LEFT JOIN payments p ON p.id = i.id AND p.pay_run_id = r.id
    WHERE r.status = 'ISSUED' AND coalesce(p.amount_minor, 0) <> i.net_minor OR r.status <> 'ISSUED' AND p.id IS NOT NULL
      OR i.payment_id IS DISTINCT FROM p.id`,
  'a payment of a run is of no item': `
    SELECT p.id FROM payments p LEFT JOIN pay_run_items i ON i.payment_id = p.id WHERE i.id IS NULL`,
  'a day is paid twice, by payments or by deductions that took the whole salary': `
    WITH paid AS (
      SELECT i.id, i.employee_id, daterange(i.pays_from, i.pays_to, '[]') AS days
      FROM pay_run_items i JOIN pay_runs r ON r.id = i.pay_run_id AND r.status = 'ISSUED'
        LEFT JOIN payments p ON p.id = i.payment_id
      WHERE i.pays_from IS NOT NULL AND p.voided_at IS NULL)
    SELECT a.id FROM paid a JOIN paid b ON a.employee_id = b.employee_id AND a.id < b.id AND a.days && b.days`,
  'more than the total of a loan is withheld': `
    SELECT i.employee_id, sum(l.amount_minor) FROM pay_lines l JOIN pay_run_items i ON i.id = l.item_id
      JOIN pay_runs r ON r.id = i.pay_run_id AND r.status = 'ISSUED' LEFT JOIN payments p ON p.id = i.payment_id
    WHERE l.code = 'LOAN' AND p.voided_at IS NULL GROUP BY i.employee_id HAVING sum(l.amount_minor) > 100000`,
  'a run was approved by whoever drafted or edited it': `
    SELECT id FROM pay_runs WHERE approved_by = drafted_by OR approved_by = ANY(edited_by)`,
};

/** Of runs that can't be changed: what must stay. */
const frozen = new Map<string, string>();

async function expectTrue(): Promise<void> {
  for (const [violation, query] of Object.entries(violations)) {
    expect(await t.database.sql(query), violation).toEqual([]);
  }
  const runs = await t.database.sql<{ id: string; status: string; content: string }>(`
    SELECT r.id, r.status, r.content_hash || coalesce(string_agg(l::text, ',' ORDER BY l.id), '') AS content
    FROM pay_runs r LEFT JOIN pay_run_items i ON i.pay_run_id = r.id LEFT JOIN pay_lines l ON l.item_id = i.id GROUP BY r.id`);
  for (const { id, status, content } of runs) {
    if (status === 'DRAFT') frozen.delete(id);
    else expect(content, 'what was approved is changed').toBe(frozen.get(id) ?? content);
    if (status !== 'DRAFT') frozen.set(id, content);
  }
}

const reading = `query ($id: ID!) { payRun(id: $id) {
  id version status contentHash totals { net { amount } employees }
  items { nodes { employee { id } net { amount } lines { id } payment { id status } } } } }`;

const read = async (id: string): Promise<Run> => expectData(await t.gql(reading, { id }, t.viewer)).payRun;

/** Totals are of what was not voided. */
function expectTotals({ totals, items }: Run): void {
  const counted = items.nodes.filter(({ payment }: Run) => payment?.status !== 'VOIDED');
  const net = counted.reduce((sum: number, item: Run) => sum + Math.round(Number(item.net.amount) * 100), 0);
  const shown = totals.map((one: Run) => [Math.round(Number(one.net.amount) * 100), one.employees]);
  expect(shown).toEqual(counted.length > 0 ? [[net, counted.length]] : []);
}

interface Move {
  what: 'draft' | 'offCycle' | 'raise' | 'line' | 'remove' | 'void' | Step;
  run: number;
  person: number;
  month: number;
  amount: number;
}

const move: fc.Arbitrary<Move> = fc.record({
  // What leads on comes more often.
  what: fc.constantFrom(
    ...(['draft', 'draft', 'offCycle', 'raise', 'line', 'remove', 'void', 'void'] as const),
    ...([
      'recompute',
      'approve',
      'approve',
      'approve',
      'reopen',
      'issue',
      'issue',
      'issue',
      'cancel',
    ] as const),
  ),
  run: fc.nat({ max: 2 }),
  person: fc.nat({ max: 2 }),
  month: fc.integer({ min: 1, max: 4 }),
  amount: fc.integer({ min: 1, max: 2_000 }),
});

const raising = 'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }';
const voiding = 'mutation ($input: VoidPaymentInput!) { voidPayment(input: $input) { payment { id } } }';

test('whatever is done in whatever order, sums are true, and nobody is paid twice for a day', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 25, maxLength: 40 }), async (moves) => {
      const people = await newPeople();
      const runs: string[] = [];
      for (const one of moves) {
        const answer = await make(one, people, runs);
        if (!answer) continue;
        for (const { extensions, message } of answer.errors ?? []) {
          expect(['CONFLICT', 'ALREADY_PAID', 'BAD_USER_INPUT'], message).toContain(extensions.code);
        }
        await expectTrue();
      }
      for (const id of runs) expectTotals(await read(id));
      await expectInvariants(t.database);
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 600_000);

let codes: { loan: string } | undefined;

async function newPeople(): Promise<string[]> {
  const people = [];
  for (const salaryMinor of [100_000n, 310_000n, 50_000n]) people.push(await payee(t, { salaryMinor }));
  const [first = '', , last = ''] = people;
  const terms = { amount: eur('400.00'), cap: eur('1000.00'), capPer: 'TOTAL' };
  if (!codes) {
    const loan = await giveComponent(t, first, { component: { code: 'LOAN', kind: 'DEDUCTION' }, ...terms });
    await giveComponent(t, last, { component: { code: 'BONUS', kind: 'EARNING' }, percent: '1' });
    await giveComponent(t, last, { component: { code: 'FINE', kind: 'DEDUCTION' }, percent: '1' });
    codes = { loan };
  }
  const setting = `mutation ($input: SetEmployeeComponentInput!) {
    setEmployeeComponent(input: $input) { employeeComponent { id } } }`;
  for (const employeeId of [first, last]) {
    const input = { employeeId, componentId: codes.loan, effectiveFrom: '2020-01-01', ...terms };
    expectData(await t.gql(setting, { input }, t.admin));
  }
  return people;
}

/** @returns undefined where there is nothing to do it to */
async function make(
  { what, run, person, month, amount }: Move,
  people: readonly string[],
  runs: string[],
): Promise<Answer | undefined> {
  t.clock.advance(1);
  const employeeId = people[person] ?? '';
  if (what === 'draft' || what === 'offCycle') {
    const period = { start: `2026-0${month}-01`, end: `2026-0${month}-28` };
    const employeeIds = amount % 3 === 0 ? [employeeId] : people;
    const kind = what === 'draft' ? 'REGULAR' : 'OFF_CYCLE';
    const input = { kind, reason: 'A test', period, payDate: period.end, employeeIds };
    const answer = await send(t, 'draft', { input });
    runs.push(expectData(answer).run.payRun.id);
    return answer;
  }
  if (what === 'raise') {
    const found = await t.gql(
      'query ($id: ID!) { employee(id: $id) { version } }',
      { id: employeeId },
      t.admin,
    );
    const salary = eur(String(amount));
    const { version } = expectData(found).employee;
    const from = `2026-0${month}-${String((amount % 28) + 1).padStart(2, '0')}`;
    return t.gql(raising, { input: { id: employeeId, version, salary, salaryEffectiveFrom: from } }, t.admin);
  }
  const id = runs.at(-1 - (run % Math.max(1, runs.length)));
  if (id === undefined) return undefined;
  const payRun = await read(id);
  const items = payRun.items.nodes;
  const item = items[person % Math.max(1, items.length)];
  const edit = { id, version: payRun.version };
  switch (what) {
    case 'line': {
      const code = amount % 2 === 0 ? 'BONUS' : 'FINE';
      const setLines = [{ employeeId, code, amount: eur(String(amount)) }];
      return send(t, 'edit', { input: { ...edit, setLines } }, third);
    }
    case 'remove': {
      const line = item?.lines[amount % Math.max(1, item.lines.length)];
      return line && send(t, 'edit', { input: { ...edit, removeLines: [line.id] } }, third);
    }
    case 'void':
      return item?.payment && t.gql(voiding, { input: { id: item.payment.id, reason: 'A test' } }, t.admin);
    case 'approve':
      return send(t, 'approve', payRun, second);
    default:
      return send(t, what, payRun);
  }
}
