import { createHmac } from 'node:crypto';
import pg from 'pg';
import { expect, test } from 'vitest';
import { post, send } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee, insertUser, userPassword } from '../factories.js';
import { adminPassword, jwtSecret, useStipend } from '../harness.js';
import { countLockWaiters } from '../issue-payment/support.js';
import { auditOf, isAccepted, loginMutation, newPerson, openSession, partOf } from '../sessions/support.js';

const t = await useStipend({ PUBLIC_URL: 'https://pay.example.com/' });
const withDefaultCost = await useStipend({}, { passwordCost: undefined });
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

test('a token has the claims of the design and no other', async () => {
  const { token, sessionId } = await openSession(t.url, 'admin', adminPassword);
  const now = t.clock.now().getTime() / 1000;
  expect(partOf(token, 1)).toEqual({
    iss: 'https://pay.example.com',
    aud: 'stipend',
    sub: t.admin.id,
    iat: now,
    nbf: now,
    exp: now + 8 * 3600,
    jti: expect.stringMatching(uuid),
    sid: sessionId,
    username: 'admin',
    admin: true,
  });
});

test('a token is signed HS256 with JWT_SECRET, and says that it is an access token and which key signed it', async () => {
  const { token } = await openSession(t.url, 'vera');
  expect(partOf(token, 0)).toEqual({ alg: 'HS256', typ: 'at+jwt', kid: expect.stringMatching(/./) });
  const [header, claims, signature] = token.split('.');
  expect(createHmac('sha256', jwtSecret).update(`${header}.${claims}`).digest('base64url')).toBe(signature);
});

test('admin is true for an admin and false for everybody else', () => {
  const admins = [t.admin, t.viewer, t.employee].map(({ token }) => partOf(token, 1).admin);
  expect(admins).toEqual([true, false, false]);
});

test('the answer says who logged in, and when the tokens end', async () => {
  const answer = await t.gql(loginMutation, { username: 'vera', password: userPassword });
  const { token, ...login } = answer.data.login;
  const now = t.clock.now().getTime();
  expect(login).toEqual({
    expiresAt: new Date(now + 8 * 3_600_000).toISOString(),
    refreshToken: expect.stringMatching(/^[A-Za-z0-9_-]{43,}$/),
    refreshExpiresAt: new Date(now + 7 * 86_400_000).toISOString(),
    user: { id: t.viewer.id, username: 'vera', role: 'VIEWER', admin: false },
  });
  expect(answer.status).toBe(200);
  expect(await isAccepted(t.url, token)).toBe(true);
});

test('a login writes the session that the token names, and an audit entry', async () => {
  const body = JSON.stringify({
    query: loginMutation,
    variables: { username: 'vera', password: userPassword },
  });
  const answer = await post(t.url, body, { 'user-agent': 'a test of logins' });
  const { sid } = partOf(answer.data.login.token, 1);
  const now = t.clock.now();
  expect(await t.database.sql('SELECT * FROM sessions WHERE id = $1', [sid])).toEqual([
    {
      id: sid,
      user_id: t.viewer.id,
      created_at: now,
      last_used_at: now,
      expires_at: new Date(now.getTime() + 30 * 86_400_000),
      revoked_at: null,
      ip: '127.0.0.1',
      network: '127.0.0.1',
      user_agent: 'a test of logins',
    },
  ]);
  expect(await auditOf(t.database, sid)).toEqual([
    { action: 'login.succeeded', actor_id: t.viewer.id, subject: sid, changes: [], ip: '127.0.0.1' },
  ]);
});

test('each login is a session of its own, with tokens of its own', async () => {
  const logins = [await openSession(t.url, 'vera'), await openSession(t.url, 'vera')];
  const told = logins.flatMap(({ token, refreshToken, sessionId }) => [
    sessionId,
    refreshToken,
    token,
    partOf(token, 1).jti,
  ]);
  expect(new Set(told).size).toBe(8);
  for (const { token } of logins) expect(await isAccepted(t.url, token)).toBe(true);
});

test('TOKEN_TTL decides how long a token is valid', async () => {
  const { url } = await t.startAnother({ TOKEN_TTL: '15m' });
  const { token, expiresAt } = await openSession(url, 'vera');
  const now = t.clock.now().getTime();
  expect(partOf(token, 1)).toMatchObject({ iat: now / 1000, exp: now / 1000 + 900 });
  expect(expiresAt).toBe(new Date(now + 900_000).toISOString());
});

test('no token outlives its session', async () => {
  const { url } = await t.startAnother({ SESSION_MAX_AGE: '1h' });
  const login = await openSession(url, 'vera');
  const end = new Date(t.clock.now().getTime() + 3_600_000).toISOString();
  expect([login.expiresAt, login.refreshExpiresAt]).toEqual([end, end]);
});

test('a username is the same in upper case and in full width', async () => {
  for (const username of ['VERA', 'Vera', 'ｖｅｒａ', 'ＶＥｒａ']) {
    const { id } = await openSession(t.url, username);
    expect(id).toBe(t.viewer.id);
  }
  const { token } = await openSession(t.url, 'VERA');
  expect(partOf(token, 1).username).toBe('vera');
});

test('a password is the same in no other spelling', async () => {
  for (const password of [userPassword.toUpperCase(), `${userPassword} `, ` ${userPassword}`]) {
    expectCode(await t.gql(loginMutation, { username: 'vera', password }), 'UNAUTHENTICATED');
  }
  await openSession(t.url, 'vera');
});

test('passwords are stored as argon2id of 19 MiB, 2 passes and 1 lane, or stronger, each with a salt of its own', async () => {
  const { gql, admin, database } = withDefaultCost;
  const someone = await newPerson(withDefaultCost);
  const password = 'the same password for both';
  const create = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }';
  const change = `mutation ($currentPassword: String!, $newPassword: String!) {
    changePassword(currentPassword: $currentPassword, newPassword: $newPassword) { token }
  }`;
  const made = [
    await gql(create, { input: { username: 'made', password, role: 'VIEWER' } }, admin),
    await gql(change, { currentPassword: userPassword, newPassword: password }, someone),
  ];
  for (const answer of made) expectData(answer);
  const users = await database.sql<{ hash: string }>(
    `SELECT password_hash AS hash FROM users WHERE username IN ('admin', 'made', $1)`,
    [someone.username],
  );
  expect(users).toHaveLength(3);
  expect(new Set(users.map(({ hash }) => hash)).size).toBe(3);
  for (const { hash } of users) {
    const [, memory, passes, lanes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(hash) ?? [];
    expect(Number(memory)).toBeGreaterThanOrEqual(19 * 1024);
    expect(Number(passes)).toBeGreaterThanOrEqual(2);
    expect(Number(lanes)).toBe(1);
  }
});

const employeeOfUser = 'user { username employee { name payments(first: 1) { totalCount } } }';

test('what is below the payload is read as who has logged in, whoever sent the request', async () => {
  const query = `mutation { login(username: "emil", password: "${userPassword}") { refreshToken ${employeeOfUser} } }`;
  const user = { username: 'emil', employee: { name: 'Emil Own', payments: { totalCount: 0 } } };
  for (const token of [undefined, t.viewer.token, t.admin.token, 'stale']) {
    const { data, errors } = await send(t.url, { query, token });
    expect({ data, errors }).toEqual({
      data: { login: { refreshToken: expect.any(String), user } },
      errors: undefined,
    });
    const { refreshToken } = data.login;
    const refreshed = await send(t.url, {
      query: `mutation { refreshSession(refreshToken: "${refreshToken}") { ${employeeOfUser} } }`,
      token,
    });
    expect(refreshed.data).toEqual({ refreshSession: { user } });
  }
});

test('what is below the payload of an employee has no rows of others, although an admin sent the request', async () => {
  const other = await insertEmployee(t.database, { name: 'Somebody Else' });
  const id = await insertUser(t.database, { username: 'elena', role: 'EMPLOYEE', employeeId: other });
  const query = `mutation { login(username: "elena", password: "${userPassword}") { user { employee { id } } } }`;
  await send(t.url, { query, token: t.admin.token });
  const own = await send(t.url, { query });
  expect(own.data).toEqual({ login: { user: { employee: { id: other } } } });
  // A user of that role who is no employee any more sees none.
  await t.database.sql('UPDATE users SET employee_id = NULL WHERE id = $1', [id]);
  expect((await send(t.url, { query, token: t.admin.token })).data).toEqual({
    login: { user: { employee: null } },
  });
});

test('another mutation of the same request is called by whoever sent it, and not by who has logged in', async () => {
  const login = (username: string, password: string) =>
    `login(username: "${username}", password: "${password}") { user { username } }`;
  const create = (username: string) =>
    `createUser(input: { username: "${username}", password: "${userPassword}", role: VIEWER }) { user { username } }`;
  const anonymous = await send(t.url, {
    query: `mutation { ${login('admin', adminPassword)} ${create('no1')} }`,
  });
  expect(anonymous.data).toEqual({ login: { user: { username: 'admin' } }, createUser: null });
  expect(anonymous.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  const viewer = await send(t.url, {
    query: `mutation { ${login('admin', adminPassword)} ${create('no2')} }`,
    token: t.viewer.token,
  });
  expect(viewer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  const admin = await send(t.url, {
    query: `mutation { ${login('vera', userPassword)} ${create('yes1')} }`,
    token: t.admin.token,
  });
  expect(admin.data).toMatchObject({ createUser: { user: { username: 'yes1' } } });
});

test('the seconds until the access token ends are beside the instant, at a login and at a refresh', async () => {
  const login = `mutation { login(username: "vera", password: "${userPassword}") { refreshToken expiresIn expiresAt } }`;
  const { data } = await send(t.url, { query: login });
  expect(data.login.expiresIn).toBe(8 * 3600);
  t.clock.advance(29 * 86_400_000 + 20 * 3_600_000);
  await t.database.sql('UPDATE sessions SET last_used_at = $1', [t.clock.now()]);
  const refresh = `mutation { refreshSession(refreshToken: "${data.login.refreshToken}") { expiresIn expiresAt } }`;
  // The session ends before a whole lifetime has passed.
  const pair = (await send(t.url, { query: refresh })).data.refreshSession;
  expect(pair.expiresIn).toBe(4 * 3600);
  expect(new Date(pair.expiresAt).getTime() - t.clock.now().getTime()).toBe(4 * 3_600_000);
});

test('neither a password nor a token is logged', async () => {
  const { token, refreshToken } = await openSession(t.url, 'admin', adminPassword);
  const logged = t.logLines.join('\n');
  for (const secret of [adminPassword, userPassword, jwtSecret, token, refreshToken]) {
    expect(logged).not.toContain(secret);
  }
});

test('a login that is the victim of a deadlock is tried again', async () => {
  const client = new pg.Client({ connectionString: t.database.url });
  await client.connect();
  const login = 'mutation ($password: String!) { login(username: "vera", password: $password) { token } }';
  /** @returns whether the login was the victim, and not the test's own transaction */
  const deadlock = async () => {
    // The login waits first, and so is as a rule the first to look for a deadlock.
    await client.query('BEGIN; LOCK TABLE audit_entries IN SHARE MODE');
    const answer = t.gql(login, { password: userPassword });
    await expect.poll(() => countLockWaiters(t), { interval: 5, timeout: 15_000 }).toBe(1);
    const isOwnVictim = await client.query('LOCK TABLE users IN ACCESS EXCLUSIVE MODE').then(
      () => false,
      () => true,
    );
    await client.query('COMMIT');
    expect(expectData(await answer).login.token).toBeDefined();
    return !isOwnVictim;
  };
  try {
    await expect.poll(deadlock, { timeout: 25_000 }).toBe(true);
  } finally {
    await client.end();
  }
});
