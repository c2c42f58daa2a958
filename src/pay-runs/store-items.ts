import { createHash } from 'node:crypto';
import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import { decimalText } from '../values/decimal.js';
import { newId } from '../values/ids.js';
import { type ComputedItem, isBlocker, type Line } from './computed-item.js';

/** What is stored of a computed item. */
export interface ItemRows {
  item: object;
  lines: object[];
  notices: object[];
}

export function rowsOf(runId: string, item: ComputedItem, now: Date): ItemRows {
  const id = newId(now);
  const lineIds = sortedIds(item.lines.length, now);
  const noticeIds = sortedIds(item.notices.length, now);
  return {
    item: itemRow(runId, item, id),
    lines: item.lines.map((line, position) => ({
      ...lineRow(line),
      id: lineIds[position],
      item_id: id,
      position,
      currency: item.currency,
    })),
    notices: item.notices.map((notice, position) => ({
      id: noticeIds[position],
      pay_run_id: runId,
      item_id: id,
      employee_id: item.employeeId,
      code: notice.code,
      is_blocker: isBlocker(notice),
      message: notice.message,
    })),
  };
}

/** Writes computed items with their lines and notices. Those of the same employees must have been deleted. */
export async function storeItems(tx: Transaction, items: readonly ItemRows[]): Promise<void> {
  const json = (rows: readonly object[]) => sql`${JSON.stringify(rows)}::json`;
  await rowsWithin(
    tx,
    sql`
    INSERT INTO pay_run_items
    SELECT * FROM json_populate_recordset(NULL::pay_run_items, ${json(items.map(({ item }) => item))})`,
  );
  await rowsWithin(
    tx,
    sql`
    INSERT INTO pay_lines
    SELECT * FROM json_populate_recordset(NULL::pay_lines, ${json(items.flatMap(({ lines }) => lines))})`,
  );
  await rowsWithin(
    tx,
    sql`
    INSERT INTO pay_run_notices
    SELECT * FROM json_populate_recordset(NULL::pay_run_notices, ${json(items.flatMap(({ notices }) => notices))})`,
  );
}

/** Ids of one instant, which sort in the order in which they are given out. */
function sortedIds(length: number, now: Date): string[] {
  return Array.from({ length }, () => newId(now)).sort();
}

/** Deletes the items of some employees, with their lines and notices. */
export async function deleteItems(
  tx: Transaction,
  runId: string,
  employeeIds: readonly string[],
): Promise<void> {
  await rowsWithin(
    tx,
    sql`
    DELETE FROM pay_run_items WHERE pay_run_id = ${runId}::uuid AND employee_id IN (SELECT unnest(${employeeIds}::uuid[]))`,
  );
}

function itemRow(runId: string, item: ComputedItem, id: string) {
  const { totals, days } = item;
  return {
    id,
    pay_run_id: runId,
    employee_id: item.employeeId,
    currency: item.currency,
    gross_minor: totals.gross.toString(),
    reimbursements_minor: totals.reimbursements.toString(),
    deductions_minor: totals.deductions.toString(),
    contributions_minor: totals.contributions.toString(),
    net_minor: totals.net.toString(),
    missing_minor: totals.missing.toString(),
    employer_cost_minor: totals.employerCost.toString(),
    payment_kind: item.paymentKind,
    pays_from: days?.start ?? null,
    pays_to: days?.end ?? null,
    account_mark: item.accountMark === null ? null : `\\x${item.accountMark}`,
    hash: `\\x${hashOf(item)}`,
    payment_id: null,
  };
}

function lineRow(line: Line) {
  return {
    code: line.code,
    name: line.name,
    kind: line.kind,
    amount_minor: line.amountMinor.toString(),
    carried_minor: line.carriedMinor.toString(),
    source: line.source,
    period_start: line.period?.start ?? null,
    period_end: line.period?.end ?? null,
    units: line.units === null ? null : decimalText(line.units),
    rate_minor: line.rateMinor?.toString() ?? null,
    note: line.note,
    entry_id: line.entryId,
    employee_component_id: line.employeeComponentId,
    corrects_item_id: line.correctsItemId,
    corrects_paid_minor: line.correctsPaidMinor?.toString() ?? null,
  };
}

/** Of what is paid and why, and not of ids that another computation makes anew. */
function hashOf({ employeeId, currency, totals, lines }: ComputedItem): string {
  const meaning = [
    employeeId,
    currency,
    totals.gross.toString(),
    totals.net.toString(),
    totals.employerCost.toString(),
    lines.map((line) => {
      const { entry_id: _entryId, ...row } = lineRow(line);
      return row;
    }),
  ];
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex');
}
