import { expect, test } from 'vitest';
import { expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { change, euro, newHire, type Shown } from '../hire-employee/support.js';
import { expectInvariants, faultsIn } from '../invariants.js';
import { pay } from '../issue-payment/support.js';
import { voidPayment } from '../void-payment/support.js';

// The clock stands at 2026-11-22.
const t = await useStipend({ TOKEN_TTL: '24h' });
const today = '2026-11-22';
const latestStart = '2027-01-22';

/** Mulberry32: the same numbers from the same seed, on every machine. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

interface Days {
  start: string;
  end: string;
}

interface Paid extends Days {
  id: string;
  isVoided: boolean;
  isReplaced: boolean;
}

/** What the company should know of somebody. */
interface Person {
  id: string;
  version: number;
  /** The newest last; an end that is not set is the last day of all. */
  employments: Days[];
  payments: Paid[];
}

const forever = '9999-12-31';
const dayAt = (offset: number) => new Date(Date.UTC(2026, 3, 1 + offset)).toISOString().slice(0, 10);
const within = (outer: Days, inner: Days) => outer.start <= inner.start && inner.end <= outer.end;
const overlap = (a: Days, b: Days) => a.start <= b.end && b.start <= a.end;

class Model {
  readonly people: Person[] = [];
  #raises = 0;

  constructor(readonly below: (limit: number) => number) {}

  pick<T>(choices: readonly T[]): T | undefined {
    return choices[this.below(choices.length || 1)];
  }

  newestOf(person: Person): Days {
    return person.employments.at(-1) ?? { start: forever, end: forever };
  }

  async step(): Promise<void> {
    const person = this.pick(this.people);
    if (!person || (this.people.length < 4 && this.below(10) === 0)) return this.hire();
    const steps = [
      this.end,
      this.takeBack,
      this.rehire,
      this.raise,
      this.pay,
      this.pay,
      this.pay,
      this.void,
      this.replace,
    ];
    await (this.pick(steps) ?? this.pay).call(this, person);
  }

  async hire(): Promise<void> {
    const start = dayAt(this.below(200));
    const { data } = await change(t, 'hireEmployee', newHire({ hiredOn: start }));
    const { id, version } = data.hireEmployee.employee;
    this.people.push({ id, version, employments: [{ start, end: forever }], payments: [] });
  }

  /** Changes the record, and compares. @param code of the refusal that is due, if one is */
  async change(
    person: Person,
    name: 'terminateEmployee' | 'rehireEmployee' | 'editEmployee',
    fields: object,
    code: string | undefined,
    effect: () => void,
  ): Promise<void> {
    const { data, errors } = await change(t, name, { id: person.id, version: person.version, ...fields });
    expect(errors?.[0]?.extensions.code, `${name} ${JSON.stringify({ fields, person })}`).toBe(code);
    if (code !== undefined) return;
    effect();
    const shown: Shown = data[name].employee;
    person.version = shown.version;
    expect(shown.employments.toReversed()).toEqual(
      person.employments.map(({ start, end }) => ({
        startedOn: start,
        endedOn: end === forever ? null : end,
      })),
    );
  }

  async end(person: Person): Promise<void> {
    const terminatedOn = dayAt(this.below(300));
    const newest = this.newestOf(person);
    const code = terminatedOn < newest.start ? 'BAD_USER_INPUT' : undefined;
    await this.change(person, 'terminateEmployee', { terminatedOn }, code, () => {
      newest.end = terminatedOn;
    });
  }

  async takeBack(person: Person): Promise<void> {
    const newest = this.newestOf(person);
    const code = newest.end < today ? 'CONFLICT' : undefined;
    await this.change(person, 'terminateEmployee', { terminatedOn: null }, code, () => {
      newest.end = forever;
    });
  }

  async rehire(person: Person): Promise<void> {
    const hiredOn = dayAt(this.below(300));
    const { end } = this.newestOf(person);
    const refused = hiredOn <= end ? 'BAD_USER_INPUT' : undefined;
    const code = end >= today ? 'CONFLICT' : refused;
    const fields = { hiredOn, salary: euro('5000'), salaryUnit: 'MONTH' };
    await this.change(person, 'rehireEmployee', fields, code, () => {
      person.employments.push({ start: hiredOn, end: forever });
    });
  }

  async raise(person: Person): Promise<void> {
    this.#raises += 1;
    const day = dayAt(this.below(300));
    const isEmployed = person.employments.some((days) => within(days, { start: day, end: day }));
    const fields = { salary: euro(`${5000 + this.#raises}`), salaryEffectiveFrom: day };
    await this.change(person, 'editEmployee', fields, isEmployed ? undefined : 'BAD_USER_INPUT', () => {});
  }

  async pay(person: Person, replaced?: Paid): Promise<void> {
    const offset = this.below(310);
    const fresh = { start: dayAt(offset), end: dayAt(offset + this.below(40)) };
    const period = replaced ? { start: replaced.start, end: replaced.end } : fresh;
    const input = { employeeId: person.id, amount: euro('1'), period, replaces: replaced?.id };
    const { data, errors } = await pay(t, input);
    const code = errors?.[0]?.extensions.code;
    expect(this.codesOf(person, period, replaced), JSON.stringify({ input, person })).toContain(code);
    if (code !== undefined) return;
    person.payments.push({ ...period, id: data.issuePayment.payment.id, isVoided: false, isReplaced: false });
    if (replaced) replaced.isReplaced = true;
  }

  /** What a payment may be answered. */
  codesOf({ employments, payments }: Person, period: Days, replaced?: Paid): Array<string | undefined> {
    const isEmployed = employments.some((days) => within(days, period));
    if (period.start > latestStart || !isEmployed) return ['BAD_USER_INPUT'];
    if (replaced && !replaced.isVoided) return ['CONFLICT'];
    const isPaid = payments.some((payment) => !payment.isVoided && overlap(payment, period));
    if (replaced?.isReplaced) return isPaid ? ['CONFLICT', 'ALREADY_PAID'] : ['CONFLICT'];
    return isPaid ? ['ALREADY_PAID'] : [undefined];
  }

  async replace(person: Person): Promise<void> {
    const replaced = this.pick(person.payments);
    if (replaced) await this.pay(person, replaced);
  }

  async void(person: Person): Promise<void> {
    const payment = this.pick(person.payments);
    if (!payment) return;
    const { errors } = await voidPayment(t, { id: payment.id, reason: 'A step' });
    expect(errors?.[0]?.extensions.code).toBe(payment.isVoided ? 'CONFLICT' : undefined);
    payment.isVoided = true;
  }
}

async function findUnpaid(period: Days): Promise<string[]> {
  const query = `query ($period: PeriodInput!) { employees(first: 100, filter: { withoutSalaryFor: $period }) { nodes { id } } }`;
  const { employees } = expectData(await t.gql(query, { period }, t.admin));
  return employees.nodes.map(({ id }: { id: string }) => id);
}

function hasUnpaidDay({ employments, payments }: Person, { start, end }: Days): boolean {
  const has = (days: Days[], day: string) => days.some((each) => within(each, { start: day, end: day }));
  const counting = payments.filter(({ isVoided }) => !isVoided);
  return Array.from({ length: 400 }, (_, offset) => dayAt(offset))
    .filter((day) => start <= day && day <= end)
    .some((day) => has(employments, day) && !has(counting, day));
}

test.each([1, 2, 3])(
  '50 random hires, raises, payments, voids, replacements, ends and rehires do what a model says (seed %i)',
  async (seed) => {
    const model = new Model(randomNumbers(seed));
    for (let step = 0; step < 50; step++) {
      await model.step();
      await expectInvariants(t.database);
      t.clock.advance(1);
      const offset = model.below(310);
      const period = { start: dayAt(offset), end: dayAt(offset + model.below(40)) };
      const unpaid = model.people.filter((person) => hasUnpaidDay(person, period)).map(({ id }) => id);
      const ids = model.people.map(({ id }) => id);
      expect((await findUnpaid(period)).filter((id) => ids.includes(id)).sort()).toEqual(unpaid.sort());
    }
    for (const { id, payments } of model.people) {
      const stored = await t.database.sql<{ id: string; voided: boolean }>(
        'SELECT id, voided_at IS NOT NULL AS voided FROM payments WHERE employee_id = $1 ORDER BY id',
        [id],
      );
      const known = payments.map((payment) => ({ id: payment.id, voided: payment.isVoided }));
      expect(stored).toEqual(known.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
    }
    expect(faultsIn(t.logLines)).toEqual([]);
  },
  120_000,
);

test('an end and a salary at once: the salary is refused, or the end is marked in the audit log', async () => {
  for (let round = 0; round < 8; round++) {
    const hired = await change(t, 'hireEmployee', newHire({ hiredOn: '2026-01-01' }));
    const { id } = hired.data.hireEmployee.employee;
    const [ended, paid] = await Promise.all([
      change(t, 'terminateEmployee', { id, version: 1, terminatedOn: '2026-11-15' }),
      pay(t, { employeeId: id, amount: euro('1'), period: { start: '2026-11-01', end: '2026-11-30' } }),
    ]);
    expect(ended.errors).toBeUndefined();
    const [entry] = await t.database.sql<{ changes: Array<{ field: string }> }>(
      `SELECT changes FROM audit_entries WHERE subject = $1 AND action = 'employee.terminated'`,
      [id],
    );
    const isMarked = entry?.changes.some(({ field }) => field === 'paidPeriods');
    expect(isMarked).toBe(paid.errors === undefined);
  }
});
