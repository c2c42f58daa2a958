import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { insertEmployee } from '../factories.js';
import { jwtSecret, useStipend } from '../harness.js';
import { cleanUp, spawnStipend } from '../start/support.js';
import { paymentHeader, runImport } from './support.js';

cleanUp();
const t = await useStipend();

const count = async (): Promise<number> => {
  const [row] = await t.database.sql<{ count: number }>('SELECT count(*)::int FROM payments');
  return row?.count ?? 0;
};

test('an import that is killed while it writes has written nothing, and the next one writes all', async () => {
  await insertEmployee(t.database, { email: 'many@example.com' });
  const lines = Array.from(
    { length: 30_000 },
    (_, index) => `k-${index},many@example.com,BONUS,1.00,EUR,,,2026-01-31,`,
  );
  const text = `${paymentHeader}\n${lines.join('\n')}\n`;
  const path = join(await mkdtemp(join(tmpdir(), 'stipend-import-')), 'file.csv');
  await writeFile(path, text);
  const env = { JWT_SECRET: jwtSecret, DATABASE_URL: t.database.url };
  const running = spawnStipend(env, [process.execPath, 'scripts/start.js', 'import', 'payments', path]);
  await expect
    .poll(
      () =>
        t.database.sql(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
          AND state <> 'idle' AND query LIKE 'INSERT INTO payments%'`),
      { interval: 5, timeout: 60_000 },
    )
    .not.toEqual([]);
  running.child.kill('SIGKILL');
  await running.exited;
  expect(await count()).toBe(0);
  expect(await runImport(t, 'payments', text)).toBe('30000 payments imported, 0 were there already.\n');
  expect(await count()).toBe(30_000);
}, 180_000);
