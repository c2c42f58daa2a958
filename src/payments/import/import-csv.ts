import type { SignedIn } from '../../accounts/viewer.js';
import type { Database } from '../../database/database.js';
import { LockNotFree } from '../../database/exclusive-lock.js';
import type { ImportFileInput, ImportKind } from '../../generated/schema-types.js';
import { AppError, badInput } from '../../values/app-error.js';
import type { Clock } from '../../values/clock.js';
import { type CsvProblem, inPieces } from '../../values/csv.js';
import type { Sealer } from '../../values/sealing.js';
import { employeeFile } from './employee-rows.js';
import type { FileKind } from './file-kind.js';
import { importFile } from './import-file.js';
import { paymentFile } from './payment-rows.js';

export interface ImportDeps {
  clock: Clock;
  database: Database;
  vault: Sealer | undefined;
  /** Aborted when nobody waits for the answer any more: what has been written is taken back. */
  signal: AbortSignal;
}

export interface ImportResult {
  lines: number;
  imported: number;
  alreadyThere: number;
  problems: CsvProblem[];
}

/** A second import keeps a connection of the pool while it waits. */
const maxWaitMs = 3_000;
const busy = new AppError(
  'SERVICE_UNAVAILABLE',
  'Another import is running, and nothing of this one was imported. Try again when it has finished.',
  { retryAfterSeconds: 10 },
);

/** The most problems of a file that an answer lists. */
const maxProblems = 5_000;

function withoutExcess(problems: readonly CsvProblem[]): CsvProblem[] {
  const [first, ...others] = problems.slice(maxProblems);
  if (!first) return [...problems];
  const message = `And ${others.length + 1} more problems, here and after it.`;
  return [...problems.slice(0, maxProblems), { line: first.line, column: null, message }];
}

const kinds: Record<ImportKind, FileKind> = { EMPLOYEES: employeeFile, PAYMENTS: paymentFile };

/**
 * Imports a file's text, or says what is wrong with it: its problems are no errors, and as many are told as an answer holds.
 *
 * @throws AppError BAD_USER_INPUT on half a character, SERVICE_UNAVAILABLE while another import is running, and
 *   when nobody waits for the answer any more
 */
export async function importCsv(
  { clock, database, vault, signal }: ImportDeps,
  viewer: SignedIn,
  input: ImportFileInput,
): Promise<ImportResult> {
  const { text } = input;
  // Other characters that are not allowed are problems of their lines.
  if (/\p{Surrogate}/u.test(text)) throw badInput('text', '"text" has half a character.');
  return database.long(() => importText({ clock, database, vault, signal }, viewer, { ...input, text }));
}

async function importText(
  { clock, database, vault, signal }: ImportDeps,
  viewer: SignedIn,
  { text, kind, dryRun }: ImportFileInput,
): Promise<ImportResult> {
  signal.throwIfAborted();
  const found: CsvProblem[] = [];
  const client = await database.pool.connect();
  let failure: Error | undefined;
  try {
    const { lines, alreadyThere } = await importFile(client, kinds[kind], inPieces(text), {
      ...{ actorId: viewer.userId, ip: viewer.ip, now: clock.now(), vault, dryRun: dryRun ?? false },
      ...{ maxWaitMs, signal },
      onProblem: (problem) => found.push(problem),
      onProgress: () => {},
    });
    const isWritten = found.length === 0 && !dryRun;
    const problems = withoutExcess(found);
    return { lines, imported: isWritten ? lines - alreadyThere : 0, alreadyThere, problems };
  } catch (error) {
    if (error instanceof LockNotFree) throw busy;
    failure = error instanceof Error ? error : new Error('an import failed');
    throw error;
  } finally {
    // A connection on which something failed is closed: nobody knows what state it is in.
    client.release(failure);
  }
}
