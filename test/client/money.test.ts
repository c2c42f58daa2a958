import {
  addMoney,
  compareDecimals,
  compareMoney,
  currency,
  currencyDigits,
  day,
  decimal,
  formatDay,
  formatMoney,
  subtractMoney,
} from '@stipend/client';
import { expect, test } from 'vitest';
import { isCurrency, minorDigits } from '../../src/values/currencies.js';

const money = (amount: string, code: string) => ({ amount: decimal(amount), currency: currency(code) });
const codes = Intl.supportedValuesOf('currency').filter(isCurrency);

test('money is added and subtracted exactly, far beyond what a float holds', () => {
  expect(addMoney(money('0.10', 'EUR'), money('0.20', 'EUR'))).toEqual(money('0.30', 'EUR'));
  expect(addMoney(money('90071992547409.93', 'USD'), money('0.02', 'USD'))).toEqual(
    money('90071992547409.95', 'USD'),
  );
  expect(subtractMoney(money('1', 'KWD'), money('1.001', 'KWD'))).toEqual(money('-0.001', 'KWD'));
  expect(addMoney(money('5', 'JPY'), money('7', 'JPY'), money('-20', 'JPY'))).toEqual(money('-8', 'JPY'));
});

test('currencies are never mixed', () => {
  expect(() => addMoney(money('1', 'EUR'), money('1', 'USD'))).toThrow('EUR and USD');
  expect(() => compareMoney(money('1', 'EUR'), money('1', 'USD'))).toThrow('EUR and USD');
});

test('amounts are compared as numbers, exactly', () => {
  const sorted = ['-2.5', '-2', '0.000', '9.99', '10', '100000000000000000.01', '100000000000000000.02'];
  expect(sorted.map(decimal).toReversed().sort(compareDecimals)).toEqual(sorted);
  expect(compareMoney(money('5.0', 'EUR'), money('5.00', 'EUR'))).toBe(0);
});

test('every currency has the digits that the server gives it', () => {
  expect(codes.length).toBeGreaterThan(140);
  expect(codes.filter((code) => currencyDigits(currency(code)) !== minorDigits(code))).toEqual([]);
});

test('money is shown with the digits of ISO 4217 where Intl has others', () => {
  const differing = codes.filter(
    (code) =>
      new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions()
        .maximumFractionDigits !== minorDigits(code),
  );
  expect(differing).toEqual(expect.arrayContaining(['HUF', 'IQD', 'PKR']));
  for (const code of differing) {
    const digits = minorDigits(code);
    const amount = digits === 0 ? '7' : `7.${'0'.repeat(digits - 1)}5`;
    expect(formatMoney(money(amount, code), 'en', { currencyDisplay: 'code' })).toBe(
      `${code}\u00a0${amount}`,
    );
  }
});

test('an amount is shown to its last digit', () => {
  expect(formatMoney(money('1234567890123456789.12', 'EUR'), 'de')).toBe(
    '1.234.567.890.123.456.789,12\u00a0€',
  );
  expect(formatMoney(money('5', 'EUR'), 'en')).toBe('€5.00');
});

test('what is no decimal, currency or day is refused', () => {
  for (const text of ['', '1,5', '1e3', ' 1', '01', '.5', '1.', 'NaN', '+1']) {
    expect(() => decimal(text), text).toThrow(TypeError);
  }
  for (const text of ['', 'eur', 'EURO']) expect(() => currency(text), text).toThrow(TypeError);
  for (const text of ['', '2026-02-30', '2026-1-1', '2026-13-01', '2026-01-01T00:00:00Z']) {
    expect(() => day(text), text).toThrow(TypeError);
  }
});

test('a day is the same in every time zone', () => {
  expect(formatDay(day('2026-11-30'), 'en', { dateStyle: 'short' })).toBe('11/30/26');
});
