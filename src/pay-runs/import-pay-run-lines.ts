import { createHash } from 'node:crypto';
import type { SignedIn } from '../accounts/viewer.js';
import { recordAuditWithin } from '../audit/audit.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { ImportPayRunLinesInput } from '../generated/schema-types.js';
import { badInput } from '../values/app-error.js';
import { describeCsvProblems } from '../values/csv.js';
import { parseId } from '../values/ids.js';
import { computeMembers } from './compute-run.js';
import type { PayRunDeps } from './draft-pay-run.js';
import { noteEditor } from './edit-pay-run.js';
import { setEntries } from './entries.js';
import { linesOfFile } from './lines-of-file.js';
import { lockPayRun, requireStatus, requireVersion } from './lock-pay-run.js';
import { parseLinesFile } from './parse-lines-file.js';
import { takeApprovalBack } from './reopen-pay-run.js';

/**
 * Enters the lines of a CSV file in place of entered ones of the same employees and codes: all of them, or none. A file that was
 * imported into the run already changes nothing, at whatever version the run is by now.
 *
 * @throws AppError BAD_USER_INPUT with the problems of the file, each with its line and column
 * @throws AppError NOT_FOUND when there is no such run
 * @throws AppError CONFLICT on a stale version, and on a run that is issued or cancelled
 */
export async function importPayRunLines(
  { clock, database }: PayRunDeps,
  viewer: SignedIn,
  input: ImportPayRunLinesInput,
): Promise<{ id: string }> {
  const id = parseId(input.id, 'id');
  const file = await parseLinesFile(input.csv);
  const sha256 = createHash('sha256').update(input.csv).digest('hex');
  const now = clock.now();
  await database.longTransaction(async (tx) => {
    const run = await lockPayRun(tx, id);
    if (await isImported(tx, id, sha256)) return;
    requireVersion(run, input.version);
    requireStatus(run, ['DRAFT', 'APPROVED']);
    const { lines, problems: others } = await linesOfFile(tx, id, file.lines);
    const problems = [...file.problems, ...others];
    if (problems.length > 0) throw badInput('csv', describeCsvProblems(problems));
    await takeApprovalBack(tx, id);
    await noteEditor(tx, id, viewer);
    await setEntries(tx, id, lines, { source: 'IMPORTED', now });
    await noteImport(tx, { id, sha256, viewer, now });
    const employeeIds = lines.map(({ employeeId }) => employeeId);
    await computeMembers(tx, run, employeeIds, now);
    const { userId: actorId, ip } = viewer;
    const changes = [
      { field: 'sha256', before: null, after: sha256 },
      { field: 'lines', before: null, after: String(lines.length) },
    ];
    await recordAuditWithin(tx, {
      at: now,
      action: 'pay_run.lines_imported',
      actorId,
      subject: id,
      changes,
      ip,
    });
  });
  return { id };
}

async function isImported(tx: Transaction, id: string, sha256: string): Promise<boolean> {
  const found = await rowsWithin(
    tx,
    sql`
    SELECT 1 FROM pay_run_imports WHERE pay_run_id = ${id}::uuid AND sha256 = decode(${sha256}::text, 'hex')`,
  );
  return found.length > 0;
}

interface Import {
  id: string;
  sha256: string;
  viewer: SignedIn;
  now: Date;
}

async function noteImport(tx: Transaction, { id, sha256, viewer, now }: Import): Promise<void> {
  await rowsWithin(
    tx,
    sql`
    INSERT INTO pay_run_imports (pay_run_id, sha256, imported_by, imported_at)
    VALUES (${id}::uuid, decode(${sha256}::text, 'hex'), ${viewer.userId}::uuid, ${now.toISOString()}::timestamptz)`,
  );
}
