import { audit } from '../../src/commands/audit.js';
import type { CommandContext } from '../../src/commands/command.js';
import { parseConfig } from '../../src/start/config.js';
import { createLog } from '../../src/telemetry/log.js';
import { createDatabase, type TestDatabase } from '../database.js';
import { jwtSecret } from '../harness.js';

/** Runs a command on the database. @returns what it prints */
async function runCommand(
  database: Pick<TestDatabase, 'url'>,
  command: (context: CommandContext) => Promise<void>,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  let printed = '';
  const config = parseConfig({ JWT_SECRET: jwtSecret, DATABASE_URL: database.url, ...env });
  const log = createLog('silent', { write: () => {} });
  const print = (text: string) => {
    printed += text;
  };
  await command({ config, log, args, print, onProgress: () => {} });
  return printed;
}

/** `npm run audit` with these words. @returns what it prints */
export function runAudit(database: Pick<TestDatabase, 'url'>, ...args: string[]): Promise<string> {
  return runCommand(database, audit, args);
}

/** A database with the same audit entries and chain. It goes with the block. */
export async function copyOfLog(from: TestDatabase): Promise<TestDatabase & AsyncDisposable> {
  const copy = await createDatabase();
  await copy.sql(`ALTER TABLE audit_entries DISABLE TRIGGER USER`);
  for (const [table, row] of [
    ['users', `to_jsonb(t) || '{"employee_id": null}'`],
    ['audit_entries', 'to_jsonb(t)'],
    ['audit_chain', 'to_jsonb(t)'],
  ]) {
    const [rows] = await from.sql<{ all: object }>(
      `SELECT coalesce(jsonb_agg(${row}), '[]') AS all FROM ${table} t`,
    );
    await copy.sql(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`, [
      JSON.stringify(rows?.all),
    ]);
  }
  await copy.sql(`ALTER TABLE audit_entries ENABLE TRIGGER USER`);
  return { ...copy, [Symbol.asyncDispose]: () => copy.drop() };
}
