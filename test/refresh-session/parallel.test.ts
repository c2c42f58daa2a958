import { expect, test } from 'vitest';
import type { Answer } from '../client.js';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';
import { isAccepted, newPerson, refresh } from '../sessions/support.js';
import { countTokens, hashOf, untradedOf } from './support.js';

const t = await useStipend({ REFRESH_GRACE: '10s' });
const another = await t.startAnother();
const processes = [t.url, another.url];

/** REFRESH_ROUNDS=200 is the long mode. */
const rounds = Number(process.env.REFRESH_ROUNDS ?? 25);
const uses = 50;

const successorsIn = (answers: Answer[]) =>
  new Set(answers.map((answer) => answer.data?.refreshSession?.refreshToken ?? answer.text));

test(
  `${uses} parallel uses of one token, on two processes, leave exactly one live refresh token: ${rounds} rounds`,
  async () => {
    const person = await newPerson(t);
    let { refreshToken } = person;
    for (let round = 1; round <= rounds; round++) {
      const answers = await Promise.all(
        Array.from({ length: uses }, (_, index) => refresh(processes[index % 2] ?? t.url, refreshToken)),
      );
      const successors = successorsIn(answers);
      expect(successors.size, [...successors].join('\n')).toBe(1);
      [refreshToken = ''] = successors;
      expect(await untradedOf(t.database, person.sessionId)).toEqual([hashOf(refreshToken)]);
      expect(await countTokens(t.database, person.sessionId)).toBe(round + 1);
      if (round % 10 === 0) {
        for (const { data } of answers) {
          expect(await isAccepted(t.url, data.refreshSession.token)).toBe(true);
        }
      }
    }
  },
  60_000 + rounds * 3_000,
);

test('parallel uses after the grace are refused, all of them, and tell once of a reuse', async () => {
  const person = await newPerson(t);
  await refresh(t.url, person.refreshToken);
  t.clock.advance(10_000);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => refresh(processes[index % 2] ?? t.url, person.refreshToken)),
  );
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  for (const answer of answers) expectCode(answer, 'UNAUTHENTICATED');
  const told = await t.database.sql(
    `SELECT 1 FROM audit_entries WHERE action = 'refresh.reused' AND subject = $1`,
    [person.sessionId],
  );
  expect(told).toHaveLength(1);
});

test('a refresh beside a logout ends with the session: no pair is alive afterwards', async () => {
  for (let round = 0; round < 10; round++) {
    const person = await newPerson(t);
    const [{ data }, logout] = await Promise.all([
      refresh(another.url, person.refreshToken),
      t.gql('mutation { logout { revokedSessions } }', {}, person),
    ]);
    expect(logout.data).toEqual({ logout: { revokedSessions: 1 } });
    const pair = data?.refreshSession;
    if (pair) {
      expect(await isAccepted(t.url, pair.token)).toBe(false);
      expectCode(await refresh(t.url, pair.refreshToken), 'UNAUTHENTICATED');
    }
  }
});
