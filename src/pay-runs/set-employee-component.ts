import type { SignedIn } from '../accounts/viewer.js';
import { recordAuditWithin } from '../audit/audit.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { databaseFault } from '../database/database-errors.js';
import { sql } from '../database/sql.js';
import type { SetEmployeeComponentInput } from '../generated/schema-types.js';
import { AppError, badInput } from '../values/app-error.js';
import type { Day } from '../values/dates.js';
import { decimalText } from '../values/decimal.js';
import { newId } from '../values/ids.js';
import { describeMoney } from '../values/money.js';
import type { PayRunDeps } from './draft-pay-run.js';
import { type ComponentOrder, parseEmployeeComponent } from './parse-employee-component.js';

/**
 * Gives an employee a component from a day on. One of the same component that is in force on that day ends on the day before;
 * one that begins on that day is replaced. Without a last day, it ends before a later one begins. What was paid of any of them
 * stays.
 *
 * @throws AppError BAD_USER_INPUT on an amount, percentage, rate, cap or day that can't be; on a component that is archived, or
 *   that is a percentage of itself
 * @throws AppError NOT_FOUND when there is no such employee or component
 * @throws AppError CONFLICT when the last day is one on which the employee has the component from a later day on
 */
export async function setEmployeeComponent(
  { clock, database }: PayRunDeps,
  viewer: SignedIn,
  input: SetEmployeeComponentInput,
): Promise<{ id: string }> {
  const given = parseEmployeeComponent(input);
  const now = clock.now();
  const id = newId(now);
  try {
    await database.transaction(async (tx) => {
      const code = await requireComponent(tx, given);
      await endBefore(tx, given);
      const order = { ...given, effectiveTo: given.effectiveTo ?? (await dayBeforeNext(tx, given)) };
      await insert(tx, id, order);
      const { userId: actorId, ip } = viewer;
      const until = order.effectiveTo === null ? '' : ` to ${order.effectiveTo}`;
      const after = `${code}: ${describe(order)} from ${order.effectiveFrom}${until}`;
      const changes = [{ field: 'component', before: null, after }];
      const subject = order.employeeId;
      await recordAuditWithin(tx, {
        at: now,
        action: 'employee.component_set',
        actorId,
        subject,
        changes,
        ip,
      });
    });
  } catch (error) {
    throw asDaysConflict(error);
  }
  return { id };
}

/** @returns CONFLICT for a last day on which the employee has the component from a later day on */
export function asDaysConflict(error: unknown): unknown {
  if (databaseFault(error)?.constraint !== 'employee_components_days_excl') return error;
  return new AppError('CONFLICT', 'The employee has the component on some of these days already.', {
    field: 'effectiveTo',
    cause: error,
  });
}

async function requireComponent(tx: Transaction, order: ComponentOrder): Promise<string> {
  const [employee] = await rowsWithin(
    tx,
    sql`
    SELECT 1 FROM employees WHERE id = ${order.employeeId}::uuid FOR NO KEY UPDATE`,
  );
  if (!employee) throw new AppError('NOT_FOUND', 'There is no such employee.', { field: 'employeeId' });
  const component = await tx.payComponent.findUnique({ where: { id: order.componentId } });
  if (!component) throw new AppError('NOT_FOUND', 'There is no such component.', { field: 'componentId' });
  if (component.archivedAt) throw badInput('componentId', 'The component is archived.');
  const bases = await tx.payComponent.count({ where: { id: { in: [...order.percentOf] } } });
  if (bases < order.percentOf.length) {
    throw new AppError('NOT_FOUND', 'There is no such component.', { field: 'percentOf' });
  }
  return component.code;
}

async function endBefore(
  tx: Transaction,
  { employeeId, componentId, effectiveFrom }: ComponentOrder,
): Promise<void> {
  const same = sql`employee_id = ${employeeId}::uuid AND component_id = ${componentId}::uuid`;
  await rowsWithin(
    tx,
    sql`
    DELETE FROM employee_components WHERE ${same} AND effective_from = ${effectiveFrom}::date`,
  );
  await rowsWithin(
    tx,
    sql`
    UPDATE employee_components SET effective_to = ${effectiveFrom}::date - 1
    WHERE ${same} AND effective_from < ${effectiveFrom}::date
      AND (effective_to IS NULL OR effective_to >= ${effectiveFrom}::date)`,
  );
}

/** As a salary lasts until the next one. */
async function dayBeforeNext(
  tx: Transaction,
  { employeeId, componentId, effectiveFrom }: ComponentOrder,
): Promise<Day | null> {
  const [next] = await rowsWithin<{ day: Day | null }>(
    tx,
    sql`
    SELECT (min(effective_from) - 1)::text AS day FROM employee_components
    WHERE employee_id = ${employeeId}::uuid AND component_id = ${componentId}::uuid
      AND effective_from > ${effectiveFrom}::date`,
  );
  return next?.day ?? null;
}

async function insert(tx: Transaction, id: string, order: ComponentOrder): Promise<void> {
  await rowsWithin(
    tx,
    sql`
    INSERT INTO employee_components (id, employee_id, component_id, effective_from, effective_to, currency, amount_minor,
      percent, percent_of, rate_minor, cap_minor, cap_per, priority)
    VALUES (${id}::uuid, ${order.employeeId}::uuid, ${order.componentId}::uuid, ${order.effectiveFrom}::date,
      ${order.effectiveTo}::date, ${order.currency}::text, ${order.amount?.amountMinor.toString() ?? null}::bigint,
      ${order.percent === null ? null : decimalText(order.percent)}::numeric, ${order.percentOf}::uuid[],
      ${order.rate?.amountMinor.toString() ?? null}::bigint, ${order.cap?.amountMinor.toString() ?? null}::bigint,
      ${order.capPer}::cap_period, ${order.priority}::int)`,
  );
}

function describe({ amount, percent, rate }: ComponentOrder): string {
  if (amount) return describeMoney(amount);
  return rate ? `${describeMoney(rate)} per unit` : `${decimalText(percent ?? 0n)} %`;
}
