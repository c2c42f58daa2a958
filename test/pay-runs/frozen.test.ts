import { expect, test } from 'vitest';
import { connectionOf, withSettings } from '../../src/database/connection.js';
import { runAs } from '../database.js';
import { useStipend } from '../harness.js';
import { approveAndIssue, draft, eur, giveComponent, payee, run } from './support.js';

const t = await useStipend();
const second = await t.account('anna', 'ADMIN');

const owner = connectionOf(t.database.url);
const roles = [
  ['the application', withSettings(owner, { role: 'stipend_app' })],
  ['the owner', owner],
] as const;

const id = await payee(t);
await giveComponent(t, id, { component: { code: 'MEAL', kind: 'EARNING' }, amount: eur('10.00') });
const draftOf = (month: string) =>
  draft(t, { employeeIds: [id], period: { start: `2026-${month}-01`, end: `2026-${month}-28` } });
const drafted = await draftOf('07');
const approved = await run(t, 'approve', await draftOf('08'), second);
const issued = await approveAndIssue(t, await draftOf('09'), second);
const other = await approveAndIssue(t, await draftOf('10'), second);
const cancelled = await run(t, 'cancel', await draftOf('06'));

const item = `(SELECT id FROM pay_run_items WHERE pay_run_id = $run)`;
const newLine = `INSERT INTO pay_lines (id, item_id, position, code, name, kind, amount_minor, currency, carried_minor, source)
  SELECT gen_random_uuid(), ${item}, 9, 'X', 'X', 'EARNING', 1, 'EUR', 0, 'ENTERED'`;
const newItem = `INSERT INTO pay_run_items (id, pay_run_id, employee_id, currency, gross_minor, reimbursements_minor,
    deductions_minor, contributions_minor, net_minor, missing_minor, employer_cost_minor, payment_kind, hash)
  SELECT gen_random_uuid(), $run, (SELECT employee_id FROM users WHERE username = 'emil'), 'EUR', 1, 0, 0, 0, 1, 0, 1, 'BONUS', ''`;

const changes: Array<[string, string]> = [
  [
    'an item is changed',
    `UPDATE pay_run_items SET gross_minor = gross_minor + 1, net_minor = net_minor + 1,
    employer_cost_minor = employer_cost_minor + 1 WHERE pay_run_id = $run`,
  ],
  ['an item is deleted', `DELETE FROM pay_run_items WHERE pay_run_id = $run`],
  ['an item is added', newItem],
  ['an item is moved away', `UPDATE pay_run_items SET pay_run_id = '${drafted.id}' WHERE pay_run_id = $run`],
  ['a line is changed', `UPDATE pay_lines SET amount_minor = amount_minor + 1 WHERE item_id = ${item}`],
  ['a line is deleted', `DELETE FROM pay_lines WHERE item_id = ${item}`],
  ['a line is added', newLine],
  [
    'a line is moved in',
    `UPDATE pay_lines SET item_id = ${item}
    WHERE item_id = (SELECT id FROM pay_run_items WHERE pay_run_id = '${drafted.id}')`,
  ],
];
const frozen = [
  ['APPROVED', approved.id],
  ['ISSUED', issued.id],
  ['CANCELLED', cancelled.id],
] as const;

for (const [role, connection] of roles) {
  const attempt = (statement: string, runId: string) =>
    runAs(connection, statement.replaceAll('$run', `'${runId}'`));

  test.each(
    frozen.flatMap(([status, runId]) => changes.map(([what, statement]) => [status, what, statement, runId])),
  )(`${role} is refused when, of a run that is %s, %s`, async (_status, _what, statement, runId) => {
    await expect(attempt(statement, runId)).rejects.toMatchObject({ code: '23001' });
  });

  test.each([
    [
      'goes back to a draft',
      "UPDATE pay_runs SET status = 'DRAFT', issued_by = NULL, issued_at = NULL, approved_by = NULL, approved_at = NULL",
    ],
    ['is approved again', "UPDATE pay_runs SET status = 'APPROVED', issued_by = NULL, issued_at = NULL"],
    ['has another pay date', "UPDATE pay_runs SET pay_date = '2026-12-01'"],
  ])(`${role} is refused when a run that is issued %s`, async (_what, statement) => {
    await expect(attempt(`${statement} WHERE id = $run`, issued.id)).rejects.toMatchObject({ code: '23001' });
  });

  test.each([
    ['gross pay', 'pay_run_items_employer_cost_check', 'gross_minor = gross_minor + 1'],
    ['net pay', 'pay_run_items_net_check', 'net_minor = net_minor - 1'],
    ['deductions', 'pay_run_items_net_check', 'deductions_minor = deductions_minor + 1'],
    [
      'the employer cost',
      'pay_run_items_employer_cost_check',
      'employer_cost_minor = employer_cost_minor + 1',
    ],
    ['contributions', 'pay_run_items_employer_cost_check', 'contributions_minor = contributions_minor + 1'],
    [
      'a net pay below zero',
      'pay_run_items_not_negative_check',
      'net_minor = -1, deductions_minor = gross_minor + 1',
    ],
    [
      "another item's payment",
      'pay_run_items_payment_check',
      `payment_id = '${other.items.nodes[0].payment.id}'`,
    ],
  ])(`${role} is refused %s that does not add up`, async (_what, constraint, change) => {
    const statement = `UPDATE pay_run_items SET ${change} WHERE pay_run_id = $run`;
    await expect(attempt(statement, drafted.id)).rejects.toMatchObject({ code: '23514', constraint });
  });

  test(`${role} can't pay an item twice`, async () => {
    const statement = `INSERT INTO payments (id, employee_id, amount_minor, currency, kind, issued_at, issued_by, pay_run_id)
      SELECT id, employee_id, amount_minor, currency, 'BONUS', issued_at, issued_by, pay_run_id FROM payments
      WHERE pay_run_id = $run`;
    await expect(attempt(statement, issued.id)).rejects.toMatchObject({ code: '23505' });
  });
}
