import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RegularPay, shareOf } from '../../src/pay-runs/proration.js';
import { splitBySalary } from '../../src/pay-runs/salary-lines.js';
import { dayAfter, dayBefore, type Period } from '../../src/values/dates.js';

const prorations = ['CALENDAR_DAYS', 'WEEKDAYS', 'THIRTIETHS'] as const;

const monthly = (amountMinor: bigint): RegularPay => ({ amountMinor, unit: 'MONTH' });
const yearly = (amountMinor: bigint): RegularPay => ({ amountMinor, unit: 'YEAR' });

/** Of 2024, a leap year, to 2027. */
const day = fc
  .integer({ min: Date.UTC(2024, 0, 1) / 86_400_000, max: Date.UTC(2027, 11, 31) / 86_400_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
const period = fc
  .tuple(day, day)
  .map(([a, b]): Period => (a < b ? { start: a, end: b } : { start: b, end: a }));
const pay = fc.record({
  amountMinor: fc.bigInt({ min: 1n, max: 10n ** 13n }),
  unit: fc.constantFrom('MONTH' as const, 'YEAR' as const),
});
const proration = fc.constantFrom(...prorations);

/** The span, cut after some days. */
function partsOf(whole: Period, cuts: readonly string[]): Period[] {
  const ends = [...new Set(cuts.filter((cut) => cut >= whole.start && cut < whole.end)), whole.end].sort();
  return ends.map((end, index) => ({
    start: index === 0 ? whole.start : dayAfter(ends[index - 1] ?? ''),
    end,
  }));
}

describe('worked examples', () => {
  const examples: Array<[string, RegularPay, Period, bigint]> = [
    ['60,000 a year from 15 April', yearly(6_000_000n), { start: '2026-04-15', end: '2026-04-30' }, 266_667n],
    [
      '2,800 a month from 12 January',
      monthly(280_000n),
      { start: '2026-01-12', end: '2026-01-31' },
      180_645n,
    ],
    ['4,000 until 15 March', monthly(400_000n), { start: '2026-03-01', end: '2026-03-15' }, 193_548n],
    ['4,500 from 16 March', monthly(450_000n), { start: '2026-03-16', end: '2026-03-31' }, 232_258n],
    ['a whole February', monthly(300_000n), { start: '2026-02-01', end: '2026-02-28' }, 300_000n],
    ['a year by the month', monthly(100n), { start: '2026-01-01', end: '2026-12-31' }, 1_200n],
    ['a year', yearly(100n), { start: '2026-01-01', end: '2026-12-31' }, 100n],
  ];

  test.each(examples)('%s', (_title, regular, days, expected) => {
    expect(shareOf(regular, days, 'CALENDAR_DAYS')).toBe(expected);
  });

  test('by thirtieths, the last day of a month is its thirtieth', () => {
    const share = (start: string, end: string) => shareOf(monthly(300_000n), { start, end }, 'THIRTIETHS');
    expect(share('2026-02-01', '2026-02-27')).toBe(270_000n);
    expect(share('2026-02-28', '2026-02-28')).toBe(30_000n);
    expect(share('2026-01-30', '2026-01-30')).toBe(10_000n);
    expect(share('2026-01-31', '2026-01-31')).toBe(0n);
  });

  test('by weekdays, a weekend is worth nothing', () => {
    // November 2026 has 21 weekdays, and begins on a Sunday.
    const share = (start: string, end: string) => shareOf(monthly(210_000n), { start, end }, 'WEEKDAYS');
    expect(share('2026-11-01', '2026-11-01')).toBe(0n);
    expect(share('2026-11-02', '2026-11-02')).toBe(10_000n);
    expect(share('2026-11-02', '2026-11-08')).toBe(50_000n);
  });
});

test('the parts of a span add up to the whole, wherever it is cut', () => {
  fc.assert(
    fc.property(pay, period, proration, fc.array(day, { maxLength: 20 }), (regular, whole, by, cuts) => {
      const parts = partsOf(whole, cuts);
      const sum = parts.reduce((total, part) => total + shareOf(regular, part, by), 0n);
      expect(sum).toBe(shareOf(regular, whole, by));
    }),
  );
});

test('whatever raises there are, the parts of a span add up to the whole, and a raise to the same salary is none', () => {
  const raises = fc.array(fc.tuple(day, fc.bigInt({ min: 1n, max: 10n ** 11n })), {
    minLength: 1,
    maxLength: 8,
  });
  const unit = fc.constantFrom('MONTH' as const, 'YEAR' as const);
  fc.assert(
    fc.property(
      raises,
      unit,
      period,
      proration,
      fc.array(day, { maxLength: 12 }),
      (given, of, whole, by, cuts) => {
        const salaries = [...new Map(given)]
          .map(([from, amountMinor]) => ({ from, amountMinor, currency: 'EUR', unit: of }))
          .sort((a, b) => (a.from < b.from ? -1 : 1));
        const paid = (history: typeof salaries, days: Period) =>
          splitBySalary(history, days).map((part) =>
            shareOf({ amountMinor: part.salary.amountMinor, unit: of }, part.days, by),
          );
        const sum = (shares: bigint[]) => shares.reduce((total, share) => total + share, 0n);
        const all = paid(salaries, whole);
        expect(all.every((share) => share >= 0n)).toBe(true);
        expect(sum(partsOf(whole, cuts).map((part) => sum(paid(salaries, part))))).toBe(sum(all));
        const [first] = salaries;
        const same = salaries.map((salary) => ({ ...salary, amountMinor: first?.amountMinor ?? 0n }));
        expect(sum(paid(same, whole))).toBe(sum(paid(same.slice(0, 1), whole)));
      },
    ),
  );
});

test('a share is never negative, and grows with its days', () => {
  fc.assert(
    fc.property(pay, period, proration, (regular, days, by) => {
      const share = shareOf(regular, days, by);
      expect(share >= 0n).toBe(true);
      expect(shareOf(regular, { ...days, end: dayAfter(days.end) }, by) >= share).toBe(true);
      expect(shareOf(regular, { ...days, start: dayBefore(days.start) }, by) >= share).toBe(true);
    }),
  );
});

test('a whole month is the monthly amount, and twelve months are the yearly one', () => {
  const year = fc.integer({ min: 1999, max: 2101 });
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 13n }), year, proration, (amount, of, by) => {
      const whole = { start: `${of}-01-01`, end: `${of}-12-31` };
      expect(shareOf(yearly(amount), whole, by)).toBe(amount);
      expect(shareOf(monthly(amount), whole, by)).toBe(12n * amount);
      expect(shareOf(monthly(amount), { start: `${of}-06-01`, end: `${of}-06-30` }, by)).toBe(amount);
    }),
  );
});
