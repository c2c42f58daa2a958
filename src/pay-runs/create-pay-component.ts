import type { SignedIn } from '../accounts/viewer.js';
import { recordAuditWithin } from '../audit/audit.js';
import { rowsWithin } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { CreatePayComponentInput } from '../generated/schema-types.js';
import { AppError } from '../values/app-error.js';
import { newId } from '../values/ids.js';
import type { PayRunDeps } from './draft-pay-run.js';
import { parseCode, parseLedgerAccount, parseName } from './parse-pay-component.js';

/**
 * Makes something that can be paid or withheld besides salaries.
 *
 * @throws AppError BAD_USER_INPUT on a code, name or ledger account that can't be
 * @throws AppError CONFLICT when another component has the code
 */
export async function createPayComponent(
  { clock, database }: PayRunDeps,
  viewer: SignedIn,
  input: CreatePayComponentInput,
): Promise<{ id: string }> {
  const code = parseCode(input.code);
  const name = parseName(input.name);
  const ledgerAccount = input.ledgerAccount == null ? null : parseLedgerAccount(input.ledgerAccount);
  const { kind, prorated = false } = input;
  const now = clock.now();
  const id = newId(now);
  await database.transaction(async (tx) => {
    const made = await rowsWithin(
      tx,
      sql`
      INSERT INTO pay_components (id, code, name, kind, prorated, ledger_account)
      VALUES (${id}::uuid, ${code}::text, ${name}::text, ${kind}::pay_component_kind, ${prorated}::boolean,
        ${ledgerAccount}::text)
      ON CONFLICT (code) DO NOTHING RETURNING id::text`,
    );
    if (made.length === 0)
      throw new AppError('CONFLICT', 'Another component has this code.', { field: 'code' });
    const { userId: actorId, ip } = viewer;
    const fields = { code, name, kind, prorated: String(prorated), ledgerAccount };
    const changes = Object.entries(fields)
      .filter(([, after]) => after !== null)
      .map(([field, after]) => ({ field, before: null, after }));
    await recordAuditWithin(tx, {
      at: now,
      action: 'pay_component.created',
      actorId,
      subject: id,
      changes,
      ip,
    });
  });
  return { id };
}
