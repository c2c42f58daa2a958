import { randomBytes } from 'node:crypto';
import { expect, inject, onTestFinished, test } from 'vitest';
import { withAppRole } from '../../src/database/app-role.js';
import { connectionOf } from '../../src/database/connection.js';
import { createApp } from '../../src/start/app.js';
import { parseConfig } from '../../src/start/config.js';
import { createLog } from '../../src/telemetry/log.js';
import { logIn, send } from '../client.js';
import { createDatabase, runAs, runSql } from '../database.js';
import { expectData } from '../expect.js';
import { adminPassword, jwtSecret } from '../harness.js';

const server = inject('postgres');
const asSuperuser = (statement: string) => runSql({ ...server, database: 'postgres' }, statement);

/** An empty database, and a role that owns it and may not create roles. */
async function limitedRole(): Promise<{ url: string; role: string }> {
  const database = await createDatabase('template0');
  const role = `limited_${randomBytes(4).toString('hex')}`;
  await asSuperuser(`CREATE ROLE ${role} LOGIN PASSWORD '${server.password}'`);
  await asSuperuser(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} OWNER TO ${role}`);
  onTestFinished(async () => {
    await database.drop();
    await asSuperuser(`DROP ROLE ${role}`);
  });
  return { url: database.url.replace('//stipend:', `//${role}:`), role };
}

test('where the role of DATABASE_URL may not create roles, Stipend works as that role, and triggers keep the records', async () => {
  const { url, role } = await limitedRole();
  const config = parseConfig({
    PORT: '0',
    DATABASE_URL: url,
    JWT_SECRET: jwtSecret,
    ADMIN_PASSWORD: adminPassword,
  });
  const app = await createApp(config, { log: createLog('silent', { write: () => {} }) });
  try {
    const token = await logIn(app.url, 'admin', adminPassword);
    expect(expectData(await send(app.url, { query: '{ me { username } }', token }))).toEqual({
      me: { username: 'admin' },
    });
  } finally {
    await app.stop();
  }
  const connection = await withAppRole(connectionOf(url));
  expect(await runAs(connection, 'SELECT current_user::text AS role')).toEqual([{ role }]);
  await expect(runAs(connection, 'DELETE FROM audit_entries')).rejects.toThrow('never changed or deleted');

  await asSuperuser(`GRANT stipend_app TO ${role}`);
  const asMember = await withAppRole(connectionOf(url));
  expect(await runAs(asMember, 'SELECT current_user::text AS role')).toEqual([{ role: 'stipend_app' }]);
});
