import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { createApp } from '../../src/start/app.js';
import { parseConfig } from '../../src/start/config.js';
import { withSecretFiles } from '../../src/start/secret-files.js';
import { createLog } from '../../src/telemetry/log.js';
import { logIn, send } from '../client.js';
import { createDatabase, runSql } from '../database.js';
import { expectCode } from '../expect.js';
import { adminPassword, jwtSecret } from '../harness.js';

const asSuperuser = (statement: string) => runSql({ ...inject('postgres'), database: 'postgres' }, statement);

test('a rotated password is SERVICE_UNAVAILABLE until DATABASE_URL_FILE has the new one, which needs no restart', async () => {
  const database = await createDatabase('template0');
  const role = `rotated_${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'stipend-rotated-'));
  const file = join(folder, 'url');
  const name = new URL(database.url).pathname.slice(1);
  await asSuperuser(`CREATE ROLE ${role} LOGIN PASSWORD 'before'`);
  await asSuperuser(`ALTER DATABASE ${name} OWNER TO ${role}`);
  const write = (password: string) =>
    writeFile(file, `${database.url.replace(/\/\/[^@]*@/, `//${role}:${password}@`)}\n`, { mode: 0o600 });
  await write('before');
  const config = parseConfig(
    withSecretFiles({
      PORT: '0',
      DATABASE_URL_FILE: file,
      JWT_SECRET: jwtSecret,
      ADMIN_PASSWORD: adminPassword,
    }),
  );
  const app = await createApp(config, { log: createLog('silent', { write: () => {} }) });
  onTestFinished(async () => {
    await app.stop();
    await database.drop();
    await asSuperuser(`DROP ROLE ${role}`);
    await rm(folder, { recursive: true });
  });
  const token = await logIn(app.url, 'admin', adminPassword);
  const ask = () => send(app.url, { query: '{ employees { nodes { id } } }', token });

  await asSuperuser(`ALTER ROLE ${role} PASSWORD 'after'`);
  await asSuperuser(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND usename = '${role}'`,
  );
  await expect.poll(async () => (await ask()).status, { timeout: 10_000 }).toBe(503);
  expectCode(await ask(), 'SERVICE_UNAVAILABLE');
  await write('after');
  await expect.poll(async () => (await ask()).status, { timeout: 10_000 }).toBe(200);
});
