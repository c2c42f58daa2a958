import { decodeJwt } from 'jose';
import { afterAll, expect, test, vi } from 'vitest';
import { insertUser, userPassword } from '../factories.js';
import { adminPassword, useStipend } from '../harness.js';
import { addKey, runKeys } from '../keys/support.js';
import { pass, stopClock } from '../login-limits/support.js';
import { createUser, editUser, goodPassword } from '../users/support.js';
import { auditedBy, createClient, type Pair } from './support.js';

const t = await useStipend({ LOGIN_FAILURES_PER_ADDRESS: '30', REFRESH_GRACE: '10s' });
const client = createClient(t);
const { secrets } = client;
const env = { DATABASE_URL: t.database.url };
const ip = '127.0.0.1';
stopClock();
afterAll(() => vi.useRealTimers());

const sessionOf = ({ token }: { token: string }) => String(decodeJwt(token).sid);
const revoked = (count: number) => [{ field: 'revokedSessions', before: null, after: String(count) }];

test('a login is told with its user and its session', async () => {
  let pair: Pair | undefined;
  const rows = await auditedBy(t, async () => {
    pair = await client.logIn('vera', userPassword);
  });
  const subject = sessionOf(pair ?? t.viewer);
  expect(rows).toEqual([{ action: 'login.succeeded', actor_id: t.viewer.id, subject, changes: [], ip }]);
});

test('a login that fails is told with the user it was for, and with nobody who did it', async () => {
  const failed = { action: 'login.failed', actor_id: null, changes: [], ip };
  expect(await auditedBy(t, () => client.logIn('vera', 'a wrong password'))).toEqual([
    { ...failed, subject: t.viewer.id },
  ]);
  expect(await auditedBy(t, () => client.logIn('a-password-typed-as-a-name', 'a wrong password'))).toEqual([
    { ...failed, subject: null },
  ]);
});

test('a login that an account limit refuses is told', async () => {
  const { id } = await t.account('liam', 'VIEWER');
  for (let n = 0; n < 5; n += 1) await client.logIn('liam', 'a wrong password');
  const rows = await auditedBy(t, () => client.logIn('liam', userPassword));
  expect(rows).toEqual([{ action: 'login.limited', actor_id: null, subject: id, changes: [], ip }]);
  pass(86_400);
});

test('a login that an address limit refuses is told', async () => {
  // The limit holds only for users who have not logged in from there before.
  const id = await insertUser(t.database, { username: 'nova', role: 'VIEWER' });
  for (let n = 0; n < 30; n += 1) await client.logIn(`sprayed-${n}`, 'a wrong password');
  const rows = await auditedBy(t, () => client.logIn('nova', userPassword));
  expect(rows).toEqual([{ action: 'login.limited', actor_id: null, subject: id, changes: [], ip }]);
  pass(86_400);
});

test('a refresh token that is not valid is told, and one that is used again with the session that ends by it', async () => {
  const unknown = await auditedBy(t, () => client.refresh('A'.repeat(43)));
  expect(unknown).toEqual([{ action: 'refresh.failed', actor_id: null, subject: null, changes: [], ip }]);
  const pair = await client.logIn('vera', userPassword);
  await client.refresh(pair.refreshToken);
  t.clock.advance(11_000);
  const reused = await auditedBy(t, () => client.refresh(pair.refreshToken));
  expect(reused).toEqual([
    { action: 'refresh.reused', actor_id: null, subject: sessionOf(pair), changes: [], ip },
  ]);
});

test('a logout of each scope and the end of one session are told with the user who wanted it', async () => {
  const { id } = await t.account('lena', 'VIEWER');
  const logIn = () => client.logIn('lena', userPassword);
  const by = { action: 'session.revoked', actor_id: id, ip };
  const [one, two] = [await logIn(), await logIn()];
  const revoke = `mutation { revokeSession(id: "${sessionOf(two)}") { revokedSessions } }`;
  expect(await auditedBy(t, () => t.gql(revoke, {}, one))).toEqual([
    { ...by, subject: sessionOf(two), changes: revoked(1) },
  ]);
  const logout = (scope: string, as: Pair) =>
    t.gql(`mutation { logout(scope: ${scope}) { revokedSessions } }`, {}, as);
  expect(await auditedBy(t, () => logout('OTHER_SESSIONS', one))).toEqual([
    { ...by, subject: id, changes: revoked(1) },
  ]);
  expect(await auditedBy(t, () => logout('THIS_SESSION', one))).toEqual([
    { ...by, subject: sessionOf(one), changes: revoked(1) },
  ]);
  const last = await logIn();
  expect(await auditedBy(t, () => logout('ALL_SESSIONS', last))).toEqual([
    { ...by, subject: id, changes: revoked(1) },
  ]);
});

test('a change of the own password is told, and a wrong current one too', async () => {
  const { id } = await t.account('lars', 'VIEWER');
  const pair = await client.logIn('lars', userPassword);
  const wrong = await auditedBy(t, () => client.changePassword(pair, 'a wrong password', goodPassword));
  expect(wrong).toEqual([{ action: 'login.failed', actor_id: id, subject: id, changes: [], ip }]);
  const right = await auditedBy(t, () => client.changePassword(pair, userPassword, goodPassword));
  expect(right).toEqual([{ action: 'password.changed', actor_id: id, subject: id, changes: [], ip }]);
});

test('a change of the own password that a limit refuses is told', async () => {
  const { id } = await t.account('lotte', 'VIEWER');
  const pair = await client.logIn('lotte', userPassword);
  for (let n = 0; n < 5; n += 1) await client.changePassword(pair, 'a wrong password', goodPassword);
  const rows = await auditedBy(t, () => client.changePassword(pair, userPassword, goodPassword));
  expect(rows).toEqual([{ action: 'login.limited', actor_id: id, subject: id, changes: [], ip }]);
  pass(86_400);
});

test('users who are made and edited are told with the admin who did it', async () => {
  secrets.add(goodPassword);
  const by = { actor_id: t.admin.id, ip };
  let id = '';
  const made = await auditedBy(t, async () => {
    const { data } = await createUser(t, { username: 'luis', password: goodPassword, role: 'VIEWER' });
    id = data.createUser.user.id;
  });
  expect(made).toMatchObject([{ ...by, action: 'user.created', subject: id }]);
  const edited = await auditedBy(t, () =>
    editUser(t, { id, disabled: true, newPassword: `${goodPassword}!` }),
  );
  expect(edited).toEqual([
    {
      ...by,
      action: 'user.edited',
      subject: id,
      changes: [
        { field: 'disabled', before: 'false', after: 'true' },
        { field: 'password', before: null, after: null },
      ],
    },
  ]);
});

test('what is refused for lack of rights, or for its input, is no user change and is not told as one', async () => {
  const rows = await auditedBy(
    t,
    async () => {
      await editUser(t, { id: t.admin.id, role: 'ADMIN' }, t.viewer);
      await editUser(t, { id: t.admin.id, role: 'VIEWER' });
      await createUser(t, { username: 'vera', password: goodPassword, role: 'VIEWER' });
    },
    { least: 0 },
  );
  expect(rows).toEqual([]);
});

test('each change of a key is told with the id of the key', async () => {
  let kid = '';
  const rows = await auditedBy(t, async () => {
    kid = await addKey(env, 'ES256');
    pass(1);
    await runKeys(env, ['promote', kid]);
    pass(1);
    await runKeys(env, ['retire', /^(\S+) +HS256/m.exec(await runKeys(env, ['list']))?.[1] ?? '']);
  });
  const by = { actor_id: null, subject: null, ip: null };
  expect(rows).toMatchObject([
    { ...by, action: 'keys.added', changes: [{ field: 'kid', before: null, after: kid }] },
    { ...by, action: 'keys.promoted', changes: [{ field: 'kid', before: null, after: kid }] },
    { ...by, action: 'keys.retired', changes: [{ field: 'kid', before: null }] },
  ]);
});

test('no audit entry and no log line holds a password, a token, or a part of one', async () => {
  for (const secret of [adminPassword, userPassword, t.admin.token, t.viewer.token]) secrets.add(secret);
  const rows = await t.database.sql('SELECT * FROM audit_entries');
  expect(rows.length).toBeGreaterThan(30);
  const kept = JSON.stringify(rows) + t.logLines.join('');
  const parts = [...secrets].flatMap((secret) => [secret, ...secret.split('.').slice(1)]);
  for (const secret of parts) if (secret.length > 8) expect(kept).not.toContain(secret);
  expect(kept).not.toContain('a-password-typed-as-a-name');
});
