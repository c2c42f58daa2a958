import type { SessionOver } from '@stipend/client';
import { expect, test } from 'vitest';
import { adminPassword } from '../harness.js';
import { pass, useClients } from './support.js';

const stipend = await useClients();
const me = '{ me { username } }';

/** What a browser does with cookies, and sends along in a page of the server's own. */
function browserFetch() {
  const cookies = new Map<string, string>();
  const requests: Request[] = [];
  const send: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    requests.push(request.clone());
    request.headers.set('sec-fetch-site', 'same-origin');
    request.headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(request);
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const headers = { date: stipend.clock.now().toUTCString() };
    return new Response(response.body, { status: response.status, headers });
  };
  return { send, requests, cookies };
}

test('a session in a cookie gives JavaScript no token, and sends the header of the console', async () => {
  const { send, requests } = browserFetch();
  const client = stipend.client({ session: 'cookie', fetch: send });
  expect(await client.login('admin', adminPassword)).toMatchObject({ username: 'admin', admin: true });
  expect(await client.query(me)).toEqual({ me: { username: 'admin' } });
  for (const { credentials, headers } of requests) {
    expect(credentials).toBe('same-origin');
    expect(headers.get('stipend-console')).toBe('1');
    expect(headers.get('authorization')).toBeNull();
  }
});

test('a cookie is renewed once for parallel requests, before it expires and after a reload', async () => {
  const { send, requests, cookies } = browserFetch();
  const refreshes = () => requests.filter(({ url }) => url.endsWith('/refresh')).length;
  const client = stipend.client({ session: 'cookie', fetch: send });
  await client.login('admin', adminPassword);
  pass(stipend, 8 * 3600 - 30);
  await Promise.all(Array.from({ length: 50 }, () => client.query(me)));
  expect(refreshes()).toBe(1);
  // A browser drops a cookie that has expired.
  for (const name of cookies.keys()) if (!name.includes('refresh')) cookies.delete(name);
  const reloaded = stipend.client({ session: 'cookie', fetch: send });
  await Promise.all(Array.from({ length: 50 }, () => reloaded.query(me)));
  expect(refreshes()).toBe(2);
});

test('the end of a session in a cookie is one event, until somebody logs in', async () => {
  const { send } = browserFetch();
  const ends: SessionOver[] = [];
  const client = stipend.client({
    session: 'cookie',
    fetch: send,
    onSessionOver: async (over) => {
      ends.push(over);
      await client.login('admin', adminPassword);
      return true;
    },
  });
  expect(await Promise.all([client.query(me), client.query(me)])).toEqual([
    { me: { username: 'admin' } },
    { me: { username: 'admin' } },
  ]);
  await stipend.database.sql('UPDATE sessions SET revoked_at = now()');
  pass(stipend, 9 * 3600);
  await Promise.all(Array.from({ length: 50 }, () => client.query(me)));
  expect(ends).toHaveLength(2);
});
