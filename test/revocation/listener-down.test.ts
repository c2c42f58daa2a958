import { afterAll, expect, inject, test } from 'vitest';
import { send } from '../client.js';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';
import { isAccepted, withinASecond } from '../sessions/support.js';
import { startStallingProxy } from './stalling-proxy.js';
import { adminAttempt, expectRefusedWithinASecond, expectSteady, knownTo, revocations } from './support.js';

const t = await useStipend();
const proxy = await startStallingProxy(inject('postgres'));
afterAll(() => proxy.close());
const another = await t.startAnother({ DATABASE_URL: proxy.urlOf(t.database.url) });
const processes = [t.url, another.url];

const cut = () =>
  t.database.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'stipend listener'`,
  );

/** Runs a test's part while no process can listen: whoever tries is cut off at once. */
async function withoutListeners(part: () => Promise<void>): Promise<void> {
  let over = false;
  const cutting = (async () => {
    while (!over) {
      await cut();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  try {
    await part();
  } finally {
    over = true;
    await cutting;
  }
}

test('with the listeners cut off, a revocation is effective within a second all the same', async () => {
  await withoutListeners(async () => {
    for (const what of ['a logout', 'a change of the role', 'disabling the user']) {
      const person = await knownTo(t, processes);
      await revocations[what]?.(t.url, person, t.admin);
      await expectRefusedWithinASecond(another.url, person);
    }
  });
});

test('a revocation at the moment in which the listeners are cut is effective within a second', async () => {
  for (let round = 0; round < 2; round++) {
    const person = await knownTo(t, processes);
    await expectSteady(t, { url: another.url, token: person.token });
    await cut();
    await revocations['a logout']?.(t.url, person, t.admin);
    await expectRefusedWithinASecond(another.url, person);
  }
});

test('with the listeners cut off, a demoted admin has no admin rights after a second', async () => {
  await withoutListeners(async () => {
    const person = await knownTo(t, processes, 'ADMIN');
    await t.database.sql(`UPDATE users SET role = 'VIEWER' WHERE id = $1`, [person.id]);
    const since = performance.now();
    for (const url of processes) {
      const refused = async () => (await adminAttempt(url, person.token)) === 'FORBIDDEN';
      expect(await withinASecond(refused, since)).toBe(true);
    }
  });
});

test('with the listeners cut off, whoever was not revoked goes on being served', async () => {
  await withoutListeners(async () => {
    const person = await knownTo(t, processes);
    const asked = Array.from({ length: 30 }, (_, index) => processes[index % 2] ?? t.url);
    for (const url of asked) expect(await isAccepted(url, person.token)).toBe(true);
  });
});

test('a listener’s connection that goes silent without an end hides no revocation for longer than a second', async () => {
  const people = [await knownTo(t, processes), await knownTo(t, processes), await knownTo(t, processes)];
  for (const person of people) await expectSteady(t, { url: another.url, token: person.token });
  proxy.stall();
  try {
    for (const person of people) {
      // The first when it has just gone silent, the others when that has been noticed.
      await revocations['a logout']?.(t.url, person, t.admin);
      await expectRefusedWithinASecond(another.url, person);
    }
    const bystander = await knownTo(t, processes);
    expect(await isAccepted(another.url, bystander.token)).toBe(true);
  } finally {
    proxy.release();
  }
});

test('when listening is possible again, sessions are held in memory again, and announcements heard', async () => {
  const person = await knownTo(t, processes);
  for (const url of processes) await expectSteady(t, { url, token: person.token });
  await revocations['a logout']?.(another.url, person, t.admin);
  await expectRefusedWithinASecond(t.url, person);
});

test('a good token is not refused because the database is gone: that is SERVICE_UNAVAILABLE', async () => {
  const person = await knownTo(t, processes);
  await proxy.close();
  const query = '{ me { id } }';
  const askThere = () => send(another.url, { query, token: person.token });
  const statuses = async () => (await askThere()).status;
  await expect.poll(statuses, { timeout: 5_000 }).toBe(503);
  const answer = await askThere();
  expectCode(answer, 'SERVICE_UNAVAILABLE');
  expect(answer.headers.get('www-authenticate')).toBeNull();
  expect(await isAccepted(t.url, person.token)).toBe(true);
});
