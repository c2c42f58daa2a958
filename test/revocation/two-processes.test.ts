import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import { isAccepted, withinASecond } from '../sessions/support.js';
import { adminAttempt, expectRefusedWithinASecond, knownTo, revocations, run } from './support.js';

const t = await useStipend({ LOGIN_FAILURES_PER_ADDRESS: '10000' });
const another = await t.startAnother();
const directions = [
  [t.url, another.url],
  [another.url, t.url],
];

test.each(Object.entries(revocations))(
  '%s is effective at once where it was done, and within a second on the other process, in both directions',
  async (_what, revoke) => {
    for (const [here = '', there = ''] of directions) {
      const person = await knownTo(t, [here, there]);
      await revoke(here, person, t.admin);
      const since = performance.now();
      expect(await isAccepted(here, person.token)).toBe(false);
      expect(await withinASecond(async () => !(await isAccepted(there, person.token)), since)).toBe(true);
      for (const url of [here, there]) await expectRefusedWithinASecond(url, person);
    }
  },
);

test('a demoted admin has no admin rights at the very next request, nor within a second on the other process', async () => {
  for (const [here = '', there = ''] of directions) {
    const person = await knownTo(t, [here, there], 'ADMIN');
    for (const url of [here, there]) expect(await adminAttempt(url, person.token)).toBe('BAD_USER_INPUT');
    await revocations['a change of the role']?.(here, person, t.admin);
    const since = performance.now();
    expect(await adminAttempt(here, person.token)).toBe('UNAUTHENTICATED');
    const refused = async () => (await adminAttempt(there, person.token)) === 'UNAUTHENTICATED';
    expect(await withinASecond(refused, since)).toBe(true);
  }
});

test('an admin who demotes themselves has no admin rights at the very next request', async () => {
  const person = await knownTo(t, [t.url, another.url], 'ADMIN');
  await revocations['a change of the role']?.(t.url, person, person);
  expect(await adminAttempt(t.url, person.token)).toBe('UNAUTHENTICATED');
  const undo = `mutation { editUser(input: { id: "${person.id}", role: ADMIN }) { user { id } } }`;
  await expect(run(t.url, undo, person)).rejects.toThrow('UNAUTHENTICATED');
  await expectRefusedWithinASecond(another.url, person);
});

test.each([
  ['a role', `UPDATE users SET role = 'VIEWER' WHERE id = $1`, 'FORBIDDEN'],
  ['a disabled user', 'UPDATE users SET disabled_at = now() WHERE id = $1', 'UNAUTHENTICATED'],
  ['a revoked session', 'UPDATE sessions SET revoked_at = now() WHERE user_id = $1', 'UNAUTHENTICATED'],
  [
    'an expired session',
    `UPDATE sessions SET expires_at = '2000-01-01' WHERE user_id = $1`,
    'UNAUTHENTICATED',
  ],
  ['a deleted session', 'DELETE FROM sessions WHERE user_id = $1', 'UNAUTHENTICATED'],
])(
  '%s that was changed past the API counts within a second on every process',
  async (_what, change, code) => {
    const person = await knownTo(t, [t.url, another.url], 'ADMIN');
    await t.database.sql(change, [person.id]);
    const since = performance.now();
    for (const url of [t.url, another.url]) {
      const refused = async () => (await adminAttempt(url, person.token)) === code;
      expect(await withinASecond(refused, since)).toBe(true);
    }
  },
);

test('a user who is disabled and enabled again has no old session back', async () => {
  const person = await knownTo(t, [t.url, another.url]);
  for (const disabled of [true, false]) {
    const edit = `mutation { editUser(input: { id: "${person.id}", disabled: ${disabled} }) { user { id } } }`;
    await run(t.url, edit, t.admin);
  }
  for (const url of [t.url, another.url]) await expectRefusedWithinASecond(url, person);
});

test('revoked stays revoked over restarts of either process', async () => {
  const [here, there] = [await t.startAnother(), await t.startAnother()];
  const person = await knownTo(t, [here.url, there.url]);
  const other = await knownTo(t, [here.url, there.url]);
  await revocations['a logout']?.(here.url, person, t.admin);
  await here.stop();
  await expectRefusedWithinASecond(there.url, person);
  const hereAgain = await t.startAnother();
  await there.stop();
  const thereAgain = await t.startAnother();
  for (const { url } of [hereAgain, thereAgain]) {
    expect(await isAccepted(url, person.token)).toBe(false);
    expect(await isAccepted(url, other.token)).toBe(true);
  }
});

test('a revocation ends nobody else’s session', async () => {
  const bystander = await knownTo(t, [t.url, another.url]);
  for (const revoke of Object.values(revocations)) {
    await revoke(t.url, await knownTo(t, [t.url, another.url]), t.admin);
    for (const url of [t.url, another.url]) expect(await isAccepted(url, bystander.token)).toBe(true);
  }
});
