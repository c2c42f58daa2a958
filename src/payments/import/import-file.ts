import { createHash } from 'node:crypto';
import type pg from 'pg';
import { takeExclusiveLock } from '../../database/exclusive-lock.js';
import { type CsvProblem, readCsv, UnreadableCsv } from '../../values/csv.js';
import { newId } from '../../values/ids.js';
import type { FileKind, ImportOptions } from './file-kind.js';
import { LineReader } from './line-reader.js';

export interface Imported {
  lines: number;
  problems: number;
  /** How many lines were imported before. */
  alreadyThere: number;
}

/** For a row that a request is writing. */
const maxRowLockWait = '20s';
const linesPerStatement = 5_000;
const progressEvery = 50_000;

/**
 * Imports a file: each problem is reported, and if there is none, all of it is written, in one transaction. However long
 * the file is, only some thousand lines of it are in memory.
 *
 * @param client a connection that has no transaction, and no limit on how long one takes
 * @throws LockNotFree when another import has not ended in time
 */
export async function importFile(
  client: pg.ClientBase,
  kind: FileKind,
  file: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<Imported> {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '${maxRowLockWait}'`);
    // Of two imports at once, the second one sees what the first has written.
    await takeExclusiveLock(client, 'import', {
      maxWaitMs: options.maxWaitMs,
      onWait: (holder) => options.onProgress(`Waiting for ${holder}, which imports a file`),
    });
    const imported = await importWithin(client, kind, file, options);
    options.signal?.throwIfAborted();
    await client.query(imported.problems > 0 || options.dryRun ? 'ROLLBACK' : 'COMMIT');
    return imported;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function importWithin(
  client: pg.ClientBase,
  kind: FileKind,
  file: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<Imported> {
  let problems = 0;
  const report = (problem: CsvProblem) => {
    problems += 1;
    options.onProblem(problem);
  };
  const sha256 = createHash('sha256');
  const { lines, lastLine } = await stage(client, kind, hashed(file, sha256), options, report);
  options.onProgress(`${lines} lines read, checking them`);
  await client.query(`${kind.prepare}; ALTER TABLE staged ADD COLUMN is_there boolean NOT NULL DEFAULT false;
    UPDATE staged s SET is_there = true WHERE ${kind.isThere}; ANALYZE staged`);
  for (const check of kind.checks) {
    const { rows } = await client.query<CsvProblem>(`${check} ORDER BY 1`);
    for (const { line, column, message } of rows) report({ line, column, message });
  }
  const { rows } = await client.query<{ count: number }>('SELECT count(*)::int FROM staged WHERE is_there');
  const alreadyThere = rows[0]?.count ?? 0;
  const imported = { lines, problems, alreadyThere };
  if (problems > 0 || options.dryRun || alreadyThere === lines) return imported;
  await write(client, kind, lastLine, options);
  await recordImport(client, kind, imported, sha256.digest('hex'), options);
  return imported;
}

async function* hashed(file: AsyncIterable<Uint8Array>, sha256: ReturnType<typeof createHash>) {
  for await (const bytes of file) {
    sha256.update(bytes);
    yield bytes;
  }
}

/** Reads the file into a table of the transaction's own. */
async function stage(
  client: pg.ClientBase,
  kind: FileKind,
  file: AsyncIterable<Uint8Array>,
  { now, vault, signal, onProgress }: ImportOptions,
  report: (problem: CsvProblem) => void,
): Promise<{ lines: number; lastLine: number }> {
  await client.query(`CREATE TEMP TABLE staged (line integer, ${kind.columns}) ON COMMIT DROP`);
  const today = await readToday(client, now);
  let lines = 0;
  let lastLine = 0;
  let rows: object[] = [];
  const flush = async () => {
    if (rows.length === 0) return;
    await client.query(
      `INSERT INTO staged SELECT * FROM json_to_recordset($1::json) AS r (line integer, ${kind.columns})`,
      [JSON.stringify(rows)],
    );
    rows = [];
  };
  try {
    for await (const { line, fields, problem } of readCsv(file, kind)) {
      signal?.throwIfAborted();
      const reader = new LineReader(line, fields);
      if (problem) report(problem);
      else rows.push({ line, ...kind.parseLine(reader, { now, today, vault }) });
      for (const found of reader.problems) report(found);
      lines += 1;
      lastLine = line;
      if (rows.length === linesPerStatement) await flush();
      if (lines % progressEvery === 0) onProgress(`${lines} lines read`);
    }
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error;
    for (const problem of error.problems) report(problem);
  }
  await flush();
  return { lines, lastLine };
}

async function readToday(client: pg.ClientBase, now: Date): Promise<string> {
  const { rows } = await client.query<{ day: string }>(
    'SELECT ($1::timestamptz AT TIME ZONE time_zone)::date::text AS day FROM company',
    [now.toISOString()],
  );
  return rows[0]?.day ?? '';
}

async function write(
  client: pg.ClientBase,
  kind: FileKind,
  lastLine: number,
  options: ImportOptions,
): Promise<void> {
  await client.query('CREATE INDEX ON staged (line)');
  for (let line = 0; line < lastLine; line += linesPerStatement) {
    options.signal?.throwIfAborted();
    await client.query(kind.insert, [line, line + linesPerStatement, ...kind.values(options)]);
    if (line % progressEvery === 0) options.onProgress(`line ${line} of ${lastLine} written`);
  }
}

/** One entry for the file; that of an employee is the employee's own. */
async function recordImport(
  client: pg.ClientBase,
  { name }: FileKind,
  { lines, alreadyThere }: Imported,
  sha256: string,
  { actorId, ip, now }: ImportOptions,
): Promise<void> {
  const changes = [
    { field: 'sha256', before: null, after: sha256 },
    { field: 'lines', before: null, after: String(lines - alreadyThere) },
  ];
  await client.query(
    `INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip) VALUES ($1, $2, $3, $4, NULL, $5, $6)`,
    [newId(now), now.toISOString(), actorId, `${name}.imported`, JSON.stringify(changes), ip],
  );
}
