import { type Claims, isStipendError, type SessionOver, type Tokens } from '@stipend/client';
import { expect, test } from 'vitest';
import { userPassword } from '../factories.js';
import { adminPassword } from '../harness.js';
import { pass, useClients } from './support.js';

const stipend = await useClients();
const me = '{ me { username } }';
const hour = 3600;

test('a login shows the claims of its token, and sends it', async () => {
  const seen: Array<Claims | undefined> = [];
  const client = stipend.client({ onClaims: (claims) => seen.push(claims) });
  expect(client.claims).toBeUndefined();
  expect(await client.login('admin', adminPassword)).toEqual({
    id: stipend.admin.id,
    username: 'admin',
    admin: true,
  });
  const exp = stipend.clock.now().getTime() / 1000 + 8 * hour;
  expect(client.claims).toEqual({ sub: stipend.admin.id, username: 'admin', admin: true, exp });
  expect(await client.query(me)).toEqual({ me: { username: 'admin' } });
  await client.logout();
  expect(client.claims).toBeUndefined();
  expect(seen.map((claims) => claims?.username)).toEqual(['admin', undefined]);
});

test('a wrong password is an error, and no end of a session', async () => {
  const ends: SessionOver[] = [];
  const client = stipend.client({ onSessionOver: (over) => void ends.push(over) });
  const error: unknown = await client.login('admin', 'wrong').catch((caught) => caught);
  expect(isStipendError(error, 'UNAUTHENTICATED')).toBe(true);
  expect(ends).toEqual([]);
});

test('tokens are renewed before they expire, by the clock of the server, once for parallel requests', async () => {
  const client = stipend.client();
  await client.login('admin', adminPassword);
  const before = stipend.sent('refreshSession');
  pass(stipend, 8 * hour - 90);
  await client.query(me);
  expect(stipend.sent('refreshSession')).toBe(before);
  pass(stipend, 45);
  const exp = client.claims?.exp;
  await Promise.all(Array.from({ length: 100 }, () => client.query(me)));
  expect(stipend.sent('refreshSession')).toBe(before + 1);
  expect(client.claims?.exp).toBeGreaterThan(exp ?? Number.NaN);
});

test('a refresh whose answer is lost is asked again with the same token', async () => {
  const { fetch: real } = globalThis;
  const refreshes: string[] = [];
  let losses = 0;
  const client = stipend.client({
    fetch: async (input, init) => {
      const body = String(init?.body);
      const response = await real(input, init);
      if (!body.includes('refreshSession(')) return response;
      refreshes.push(body);
      if (losses++ < 3) throw new TypeError('connection lost');
      return response;
    },
  });
  await client.login('admin', adminPassword);
  pass(stipend, 9 * hour);
  expect(await client.query(me)).toEqual({ me: { username: 'admin' } });
  expect(refreshes).toHaveLength(4);
  expect(new Set(refreshes).size).toBe(1);
});

test('a session that is over is one event and one error for a hundred requests, and no more is sent', async () => {
  const ends: SessionOver[] = [];
  const client = stipend.client({ onSessionOver: (over) => void ends.push(over) });
  await client.login('admin', adminPassword);
  await stipend.database.sql('UPDATE sessions SET revoked_at = now()');
  pass(stipend, 9 * hour);
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => client.query(me)));
  const errors = new Set(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason));
  expect(errors.size).toBe(1);
  expect([...errors].every((error) => isStipendError(error, 'UNAUTHENTICATED'))).toBe(true);
  expect(ends).toHaveLength(1);
  const before = stipend.sent('refreshSession');
  await expect(client.query(me)).rejects.toBe([...errors][0]);
  expect(stipend.sent('refreshSession')).toBe(before);
  expect(ends).toHaveLength(1);
});

test('requests wait for a login that the event asks for, and go on', async () => {
  let ends = 0;
  const client = stipend.client({
    onSessionOver: async () => {
      ends++;
      await client.login('admin', adminPassword);
      return true;
    },
  });
  await client.login('admin', adminPassword);
  await stipend.database.sql('UPDATE sessions SET revoked_at = now()');
  pass(stipend, 9 * hour);
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.query(me)));
  expect(answers).toEqual(Array.from({ length: 20 }, () => ({ me: { username: 'admin' } })));
  expect(ends).toBe(1);
});

test('what one user began is not sent for the next', async () => {
  const client = stipend.client({
    onSessionOver: async () => {
      await client.login('vera', userPassword);
      return true;
    },
  });
  await client.login('admin', adminPassword);
  await stipend.database.sql('UPDATE sessions SET revoked_at = now()');
  pass(stipend, 9 * hour);
  await expect(client.query(me)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await client.query(me)).toEqual({ me: { username: 'vera' } });
});

test('a store of the caller keeps the login over reloads', async () => {
  let kept: Tokens | undefined;
  const store = {
    load: async () => kept,
    save: async (tokens?: Tokens) => {
      kept = tokens;
    },
  };
  await stipend.client({ store }).login('admin', adminPassword);
  const reloaded = stipend.client({ store });
  expect(await reloaded.query(me)).toEqual({ me: { username: 'admin' } });
  expect(reloaded.claims?.username).toBe('admin');
  await reloaded.logout();
  expect(kept).toBeUndefined();
});
