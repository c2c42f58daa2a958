import { createReadStream } from 'node:fs';
import { LockNotFree } from '../database/exclusive-lock.js';
import { employeeFile } from '../payments/import/employee-rows.js';
import type { FileKind } from '../payments/import/file-kind.js';
import { importFile } from '../payments/import/import-file.js';
import { paymentFile } from '../payments/import/payment-rows.js';
import { openStore, type Store } from '../start/store.js';
import { systemClock } from '../values/clock.js';
import type { CsvProblem } from '../values/csv.js';
import { createSealer } from '../values/sealing.js';
import { type CommandContext, CommandError } from './command.js';

const usage = 'Usage: npm run import -- employees|payments FILE.csv [--dry-run]';
/** An import is one transaction, and a million payments take minutes. */
const maxSeconds = 3_600;

/** For another import. */
const maxWaitMs = 10 * 60_000;

const kinds: Record<string, FileKind> = { employees: employeeFile, payments: paymentFile };

/** `npm run import`: brings employees or payments in from a CSV file, all of it or nothing. */
export async function importCsv(context: CommandContext): Promise<void> {
  const { config, log, args } = context;
  const dryRun = args.includes('--dry-run');
  const [name = '', path, ...rest] = args.filter((word) => word !== '--dry-run');
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (!kind || path === undefined || rest.length > 0) throw new CommandError(usage);
  const store = await openStore({ ...config, operationTimeoutSeconds: maxSeconds }, { log, beside: true });
  try {
    await run(store, kind, path, dryRun, context);
  } finally {
    await store.close();
  }
}

async function run(
  { database, dataKey }: Store,
  kind: FileKind,
  path: string,
  dryRun: boolean,
  { print, onProgress }: CommandContext,
): Promise<void> {
  const actorId = await firstAdmin(database.pool);
  const client = await database.pool.connect();
  try {
    const { lines, problems, alreadyThere } = await importFile(client, kind, fileBytes(path), {
      ...{ actorId, ip: null, now: systemClock.now(), dryRun, onProgress, maxWaitMs },
      vault: dataKey && createSealer(dataKey, 'bank account'),
      onProblem: (problem) => print(`${describe(problem)}\n`),
    });
    if (problems > 0) throw new CommandError(`${problems} problems in ${lines} lines. Nothing was imported.`);
    const done = dryRun ? 'would be imported' : 'imported';
    print(`${lines - alreadyThere} ${kind.name} ${done}, ${alreadyThere} were there already.\n`);
  } catch (error) {
    if (!(error instanceof LockNotFree)) throw error;
    throw new CommandError(
      `${error.holder} has been importing a file for minutes. Wait until it has finished, or end it, and import again.`,
    );
  } finally {
    client.release();
  }
}

function describe({ line, column, message }: CsvProblem): string {
  return column === null ? `line ${line}: ${message}` : `line ${line}, ${column}: ${message}`;
}

async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw error;
    throw new CommandError(`${path} can't be read: ${code}.`);
  }
}

/** Whoever runs the command has the machine; what is written needs a user who did it. */
async function firstAdmin(pool: Store['database']['pool']): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM users WHERE role = 'ADMIN' AND disabled_at IS NULL ORDER BY id LIMIT 1`,
  );
  if (!rows[0]) throw new CommandError('An import needs an admin, and none exists. Start Stipend once.');
  return rows[0].id;
}
