import { expect, test } from 'vitest';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants, faultsIn } from '../invariants.js';
import { pay, voidByHand } from './support.js';

const t = await useStipend();
const otherAdmin = await t.account('olga', 'ADMIN');

interface Random {
  below(limit: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** Mulberry32: the same numbers from the same seed, on every machine. */
function randomNumbers(seed: number): Random {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  return { below, pick: (choices) => choices[below(choices.length)] ?? choices[0] };
}

const payee = async (currency: string) => ({
  currency,
  id: await insertEmployee(t.database, { currency }),
});
const payees = [await payee('EUR'), await payee('EUR'), await payee('JPY'), await payee('BHD')] as const;

/** Few days, keys and payees, so that the inputs get into one another's way; one in ten is bad in itself. */
function randomInput({ below, pick }: Random, keys: string, known: string[]) {
  const { id: employeeId, currency } = pick(payees);
  const kind = pick(['SALARY', 'SALARY', 'SALARY', 'BONUS', 'EXPENSE', 'CORRECTION']);
  const day = (offset: number) => new Date(Date.UTC(2026, 0, 1 + offset)).toISOString().slice(0, 10);
  const start = below(120);
  const sound = `${1 + below(1000)}`;
  return {
    employeeId,
    amount: {
      amount: below(10) ? sound : pick([`${sound}.5`, '1.005', '-5', '1e3']),
      currency: below(20) ? currency : 'USD',
    },
    kind,
    period: kind === 'SALARY' || below(2) ? { start: day(start), end: day(start + below(14)) } : null,
    acceptUnusualAmount: true,
    idempotencyKey: pick([null, `${keys}.${below(60)}`, `${keys}.${below(100_000)}`]),
    replaces: below(5) ? null : (known[below(known.length || 1)] ?? null),
  };
}

const refusals = ['BAD_USER_INPUT', 'ALREADY_PAID', 'CONFLICT', 'IDEMPOTENCY_MISMATCH', 'NOT_FOUND'];

test.each([1, 2])(
  '240 random payments, 8 at a time, leave what was acknowledged and no more (seed %i)',
  async (seed) => {
    const random = randomNumbers(seed);
    const sent: Array<[input: object, account: { token: string }]> = [];
    const acknowledged = await storedPayments();
    const replays: Array<[id: string, money: string]> = [];
    const codes = new Set<string>();
    for (let batch = 0; batch < 30; batch++) {
      const calls = Array.from({ length: 8 }, (): (typeof sent)[number] => {
        const earlier = random.below(5) === 0 && sent[random.below(sent.length || 1)];
        if (earlier) return earlier;
        return [
          randomInput(random, `${seed}`, [...acknowledged.keys()]),
          random.pick([t.admin, t.admin, otherAdmin]),
        ];
      });
      sent.push(...calls);
      for (const { data, errors } of await Promise.all(
        calls.map(([input, account]) => pay(t, input, account)),
      )) {
        for (const { extensions } of errors ?? []) codes.add(extensions.code);
        if (!data?.issuePayment) continue;
        const { payment, replayed } = data.issuePayment;
        const money = `${payment.employee.id} ${payment.amount.amount} ${payment.amount.currency}`;
        if (replayed) replays.push([payment.id, money]);
        else {
          expect(acknowledged).not.toContain(payment.id);
          acknowledged.set(payment.id, money);
        }
      }
      if (batch % 4 === 0) await voidNewest();
      t.clock.advance(random.below(3));
    }
    expect(await storedPayments()).toEqual(acknowledged);
    for (const [id, money] of replays) expect(acknowledged.get(id)).toBe(money);
    expect(replays).not.toEqual([]);
    expect(refusals).toEqual(expect.arrayContaining([...codes]));
    expect(codes).toContain('ALREADY_PAID');
    await expectInvariants(t.database);
    expect(faultsIn(t.logLines)).toEqual([]);
  },
);

/** @returns every payment there is, its money in the words of the API */
async function storedPayments(): Promise<Map<string, string>> {
  const rows = await t.database.sql<{ id: string; money: string }>(`
    SELECT id, concat_ws(' ', employee_id, CASE currency WHEN 'JPY' THEN 1 WHEN 'BHD' THEN 0.001 ELSE 0.01 END
      * amount_minor, currency) AS money
    FROM payments`);
  return new Map(rows.map(({ id, money }) => [id, money]));
}

async function voidNewest(): Promise<void> {
  const [newest] = await t.database.sql<{ id: string }>(
    `SELECT id FROM payments WHERE voided_at IS NULL AND kind = 'SALARY' ORDER BY id DESC LIMIT 1`,
  );
  if (newest) await voidByHand(t, newest.id);
}
