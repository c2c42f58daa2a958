import { expect, test } from 'vitest';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { paid, salary } from '../issue-payment/support.js';
import { voided } from './support.js';

const t = await useStipend();
const employeeId = await insertEmployee(t.database);
const counting = (await paid(t, salary(employeeId))).id;
const taken = (await paid(t, { ...salary(employeeId), kind: 'BONUS' })).id;
await voided(t, taken);

const changes: Array<[string, string]> = [
  ['another amount', 'UPDATE payments SET amount_minor = amount_minor + 1'],
  ['another employee', 'UPDATE payments SET employee_id = gen_random_uuid()'],
  ['another day of issue', 'UPDATE payments SET issued_at = now()'],
  ['another note', `UPDATE payments SET note = 'nice'`],
  [
    'a void that changes the amount',
    `UPDATE payments SET voided_at = now(), voided_by = issued_by, void_reason = 'x', amount_minor = 1`,
  ],
  ['another reason of a void', `UPDATE payments SET void_reason = 'nicer'`],
  ['no void after all', 'UPDATE payments SET voided_at = NULL, voided_by = NULL, void_reason = NULL'],
  ['a deletion', 'DELETE FROM payments'],
];

test.each(changes)(
  '%s is refused by the database, to the role of the application and to the owner',
  async (_what, change) => {
    const before = await t.database.sql('SELECT * FROM payments ORDER BY id');
    for (const id of [counting, taken]) {
      for (const role of ['stipend_app', 'stipend']) {
        const attempt = t.database.sql(
          `DO $do$ BEGIN SET LOCAL ROLE ${role}; EXECUTE $q$ ${change} WHERE id = '${id}' $q$; END $do$`,
        );
        await expect(attempt, `${role}: ${change}`).rejects.toThrow(/never|denied/);
      }
    }
    expect(await t.database.sql('SELECT * FROM payments ORDER BY id')).toEqual(before);
  },
);

test('the owner can neither empty the table nor void without saying who and why', async () => {
  await expect(t.database.sql('TRUNCATE payments CASCADE')).rejects.toThrow('never');
  const half = `UPDATE payments SET voided_at = now() WHERE id = '${counting}'`;
  await expect(t.database.sql(half)).rejects.toThrow('payments_void_check');
});
