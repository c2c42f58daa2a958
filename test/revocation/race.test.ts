import { afterAll, expect, inject, test } from 'vitest';
import { useStipend } from '../harness.js';
import { isAccepted, newPerson, type Person } from '../sessions/support.js';
import { startStallingProxy } from './stalling-proxy.js';
import { expectRefusedWithinASecond, knownTo, revocations } from './support.js';

const t = await useStipend();
const proxy = await startStallingProxy(inject('postgres'));
afterAll(() => proxy.close());
const another = await t.startAnother({ DATABASE_URL: proxy.urlOf(t.database.url) });
const processes = [t.url, another.url];

/** RACE_ROUNDS=50 is the long mode. */
const rounds = Number(process.env.RACE_ROUNDS ?? 2);
const patience = { timeout: 20_000 };

/** Asks without a pause, 20 at a time, half of them on each process, until it is told to stop. */
function hammer({ token }: Person) {
  const asked = { over: false, answers: 0, accepted: [] as Array<{ url: string; at: number }> };
  const one = async (url: string) => {
    while (!asked.over) {
      const at = performance.now();
      if (await isAccepted(url, token)) asked.accepted.push({ url, at });
      asked.answers += 1;
    }
  };
  const asking = Promise.all(Array.from({ length: 20 }, (_, index) => one(processes[index % 2] ?? t.url)));
  const stop = async () => {
    asked.over = true;
    await asking;
  };
  return { asked, stop };
}

/** Makes the processes look the session up again and again, so that one of these looks is under way at any moment. */
function churn({ id }: Person) {
  let over = false;
  const churning = (async () => {
    while (!over) await t.database.sql('UPDATE users SET username = username WHERE id = $1', [id]);
  })();
  const stop = async () => {
    over = true;
    await churning;
  };
  return { stop };
}

test.each(Object.entries(revocations))(
  'no request that races with %s leaves a session behind in memory',
  async (_what, revoke) => {
    for (let round = 0; round < rounds; round++) {
      const person = await knownTo(t, processes);
      const { asked, stop } = hammer(person);
      const churning = round % 2 === 0 ? churn(person) : undefined;
      let since: number;
      try {
        await expect.poll(() => asked.answers, patience).toBeGreaterThan(20);
        await revoke(t.url, person, t.admin);
        since = performance.now();
        const { answers } = asked;
        await expect.poll(() => asked.answers, patience).toBeGreaterThan(answers + 20);
      } finally {
        await Promise.all([stop(), churning?.stop()]);
      }
      // Where it was revoked, nothing that was asked afterwards is answered.
      expect(asked.accepted.filter(({ url, at }) => url === t.url && at > since)).toEqual([]);
      for (const url of processes) {
        await expectRefusedWithinASecond(url, person);
        const late = await Promise.all(Array.from({ length: 20 }, () => isAccepted(url, person.token)));
        expect(late).not.toContain(true);
      }
    }
  },
  120_000,
);

test('a session that was looked up before a revocation, and answered after its announcement, is not kept', async () => {
  for (const revoke of [revocations['a logout'], revocations['a change of the role']]) {
    const person = await newPerson(t);
    const before = t.statements.length;
    proxy.delayMs = 300;
    const asked = isAccepted(another.url, person.token);
    const lookedUp = () => t.statements.slice(before).filter((text) => text.includes('FROM sessions'));
    await expect.poll(lookedUp, { interval: 5 }).toHaveLength(1);
    await revoke?.(t.url, person, t.admin);
    // The look was under way, and saw the session alive.
    expect(await asked).toBe(true);
    proxy.delayMs = 0;
    await expectRefusedWithinASecond(another.url, person);
  }
});
