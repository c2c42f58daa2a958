import { expect, test } from 'vitest';
import { cleanUp, newDatabase, ready, spawnStipend, until } from '../start/support.js';
import { runAudit } from './support.js';

cleanUp();

const entries = 30_000;
const waitMs = 60_000;

test('the chain is whole after kill -9 of who chains, and after its connection is cut, and is chained on', async () => {
  const database = await newDatabase();
  await database.sql(
    `INSERT INTO audit_entries (id, at, action, changes)
      SELECT gen_random_uuid(), timestamptz '2026-11-22' + n * interval '1 ms', 'a test', '[]' FROM generate_series(1, $1::int) n`,
    [entries],
  );
  const countOf = async (table: string) => {
    const [row] = await database.sql<{ count: number }>(`SELECT count(*)::int FROM ${table}`);
    return row?.count ?? 0;
  };
  const chainers = () =>
    database.sql<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE datname = current_database()
      AND state = 'active' AND query LIKE 'SELECT chain_audit_entries%'`);
  const isWhole = async () => {
    expect(await runAudit(database, 'verify')).toMatch(/audit entries verified: none was changed/);
    expect((await countOf('audit_chain')) + (await countOf('audit_unchained'))).toBe(
      await countOf('audit_entries'),
    );
  };

  for (const end of ['kill', 'cut'] as const) {
    const stipend = spawnStipend(database.env);
    const before = await countOf('audit_chain');
    await until(async () => (await chainers()).length > 0 && (await countOf('audit_chain')) > before, waitMs);
    if (end === 'kill') {
      stipend.child.kill('SIGKILL');
    } else {
      await database.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT chain_audit_entries%'`);
      stipend.child.kill('SIGTERM');
    }
    await stipend.exited;
    // PostgreSQL ends a statement whose client is gone when it comes to answer it.
    await until(async () => (await chainers()).length === 0, waitMs);
    await isWhole();
    expect(await countOf('audit_unchained')).toBeGreaterThan(0);
  }
  const stipend = spawnStipend(database.env);
  await ready(stipend);
  await until(async () => (await countOf('audit_unchained')) === 0, waitMs);
  stipend.child.kill('SIGTERM');
  await stipend.exited;
  await isWhole();
}, 240_000);
