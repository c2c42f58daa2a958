import { expect, test } from 'vitest';
import { logIn } from '../client.js';
import { insertUser, userPassword } from '../factories.js';
import { cleanUp, newDatabase, planted, serveHere } from '../start/support.js';
import { addKey, kidOf, logInUntil, runKeys, statusWith } from './support.js';

cleanUp();

/** A client that logs in at one server and reads at both, over and over, and keeps what went wrong. */
function keepBusy(urls: string[], username: string) {
  const failures: unknown[] = [];
  let rounds = 0;
  let stopping = false;
  const round = async (url: string) => {
    const token = await logIn(url, username, userPassword);
    const statuses = await Promise.all(urls.map((other) => statusWith(other, token)));
    if (statuses.some((status) => status !== 200)) failures.push({ kid: kidOf(token), statuses });
  };
  const running = (async () => {
    while (!stopping) {
      await round(urls[rounds % urls.length] ?? '').catch((error: unknown) => failures.push(error));
      rounds += 1;
    }
  })();
  return {
    failures,
    /** When it no longer uses any token that it had when this was called. */
    moveOn: () => expect.poll(() => rounds, { timeout: 10_000 }).toBeGreaterThan(rounds + 1),
    stop: () => {
      stopping = true;
      return running;
    },
  };
}

test('a rotation under load, of two servers, refuses no request, and leaves the old key unused', async () => {
  const { env, ...database } = await newDatabase();
  const urls = (await Promise.all([serveHere(env), serveHere(env)])).map(({ url }) => url);
  const users = ['uma', 'umberto', 'ursula', 'urs'];
  for (const username of users) await insertUser(database, { username, role: 'VIEWER' });
  const [url = ''] = urls;
  const old = kidOf(await logIn(url, 'uma', userPassword)) ?? '';
  const shell = { ...env, JWT_SECRET: planted.JWT_SECRET };

  const clients = users.map((username) => keepBusy(urls, username));
  const settled = () => Promise.all(clients.map((client) => client.moveOn()));
  await settled();
  const added = await addKey(shell, 'ES256');
  await settled();
  await runKeys(shell, ['promote', added]);
  await Promise.all(urls.map((each) => logInUntil(each, ['uma', userPassword], added)));
  const last = await logIn(url, 'urs', userPassword);
  await settled();
  await runKeys(shell, ['retire', old]);
  await settled();
  await Promise.all(clients.map((client) => client.stop()));

  expect(clients.flatMap(({ failures }) => failures)).toEqual([]);
  expect(kidOf(last)).toBe(added);
  expect(await Promise.all(urls.map((each) => statusWith(each, last)))).toEqual([200, 200]);
}, 90_000);
