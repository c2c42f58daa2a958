import type { SignedIn } from '../accounts/viewer.js';
import { recordAuditWithin } from '../audit/audit.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { PayComponent } from '../generated/prisma/client.js';
import type { ArchivePayComponentInput, EditPayComponentInput } from '../generated/schema-types.js';
import { AppError, badInput } from '../values/app-error.js';
import { parseId } from '../values/ids.js';
import type { PayRunDeps } from './draft-pay-run.js';
import { parseLedgerAccount, parseName } from './parse-pay-component.js';

/**
 * Changes a component. What is as it was already counts as no change; without any, the version stays. Items of drafts are as
 * they were until they are recomputed.
 *
 * @throws AppError BAD_USER_INPUT on a name or ledger account that can't be
 * @throws AppError NOT_FOUND when there is no such component
 * @throws AppError CONFLICT on a stale version
 */
export async function editPayComponent(
  { clock, database }: PayRunDeps,
  viewer: SignedIn,
  input: EditPayComponentInput,
): Promise<{ id: string }> {
  const id = parseId(input.id, 'id');
  const edit = parseEdit(input);
  await database.transaction(async (tx) => {
    const component = await lockComponent(tx, id, input.version);
    const fields = ['name', 'prorated', 'ledgerAccount'] as const;
    const changed = fields.filter((field) => edit[field] !== undefined && edit[field] !== component[field]);
    if (changed.length === 0) return;
    const data = Object.fromEntries(changed.map((field) => [field, edit[field]]));
    await tx.payComponent.update({ where: { id }, data: { ...data, version: { increment: 1 } } });
    const { userId: actorId, ip } = viewer;
    const changes = changed.map((field) => ({
      field,
      before: textOf(component[field]),
      after: textOf(edit[field]),
    }));
    const at = clock.now();
    await recordAuditWithin(tx, { at, action: 'pay_component.edited', actorId, subject: id, changes, ip });
  });
  return { id };
}

/**
 * Takes a component out of use: nobody is given it any more. Employees who have it keep it. Doing it again changes nothing.
 *
 * @throws AppError NOT_FOUND when there is no such component
 * @throws AppError CONFLICT on a stale version
 */
export async function archivePayComponent(
  { clock, database }: PayRunDeps,
  viewer: SignedIn,
  input: ArchivePayComponentInput,
): Promise<{ id: string }> {
  const id = parseId(input.id, 'id');
  const now = clock.now();
  await database.transaction(async (tx) => {
    const component = await lockComponent(tx, id, input.version);
    if (component.archivedAt) return;
    await tx.payComponent.update({ where: { id }, data: { archivedAt: now, version: { increment: 1 } } });
    const { userId: actorId, ip } = viewer;
    await recordAuditWithin(tx, { at: now, action: 'pay_component.archived', actorId, subject: id, ip });
  });
  return { id };
}

async function lockComponent(tx: Transaction, id: string, version: number): Promise<PayComponent> {
  await rowsWithin(tx, sql`SELECT 1 FROM pay_components WHERE id = ${id}::uuid FOR NO KEY UPDATE`);
  const component = await tx.payComponent.findUnique({ where: { id } });
  if (!component) throw new AppError('NOT_FOUND', 'There is no such component.', { field: 'id' });
  if (component.version === version) return component;
  throw new AppError('CONFLICT', `The component is at version ${component.version} by now. Read it again.`, {
    field: 'version',
  });
}

function parseEdit({ name, prorated, ledgerAccount }: EditPayComponentInput) {
  if (name === null) throw badInput('name', '"name" is null.');
  if (prorated === null) throw badInput('prorated', '"prorated" is null.');
  return {
    name: name === undefined ? undefined : parseName(name),
    prorated,
    ledgerAccount: ledgerAccount == null ? ledgerAccount : parseLedgerAccount(ledgerAccount),
  };
}

function textOf(value: string | boolean | null | undefined): string | null {
  return value == null ? null : String(value);
}
