import { currency, decimal } from '@stipend/client';
import { expect, test } from 'vitest';
import { format } from './support.js';

const money = (amount: string, code: string) => ({ amount: decimal(amount), currency: currency(code) });

test.each([
  ['1234.50', 'EUR', { whole: '1,234', fraction: '.50' }],
  ['-1234.50', 'EUR', { whole: '-1,234', fraction: '.50' }],
  ['1234', 'JPY', { whole: '1,234', fraction: '' }],
  ['1.234', 'KWD', { whole: '1', fraction: '.234' }],
  // More than a double holds.
  ['90071992547409931.27', 'EUR', { whole: '90,071,992,547,409,931', fraction: '.27' }],
])('%s %s is shown exactly, with the digits of its currency', (amount, code, parts) => {
  expect(format.moneyParts(money(amount, code))).toEqual(parts);
});

test('a difference has its sign', () => {
  expect(format.moneyParts(money('5.00', 'EUR'), true).whole).toBe('+5');
  expect(format.moneyParts(money('-5.00', 'EUR'), true).whole).toBe('-5');
});

test('days are shown as they are, whatever the time zone is', () => {
  expect(format.formatDay('2026-01-31')).toBe('31 Jan 2026');
  expect(format.periodText({ start: '2026-01-01', end: '2026-01-31' })).toBe('1 Jan 2026 – 31 Jan 2026');
  expect(format.formatMonth('2026-11')).toBe('Nov 2026');
});

test('a day begins where the reader is, and what is not a day has no beginning', () => {
  expect(format.startOfDay('2026-03-01')).toBe(new Date(2026, 2, 1).toISOString());
  expect(format.startOfDay(undefined)).toBeUndefined();
  expect(format.startOfDay('2026-99-01')).toBeUndefined();
});

test.each([
  ['1250.5', '1250.5'],
  [' 1,250.50 ', '1250.50'],
  ['1,250', '1250'],
  ['90,071,992,547,409,931.27', '90071992547409931.27'],
  // The API refuses these, beside their field.
  ['12,5', '12,5'],
  ['1.250,50', '1.250,50'],
  ['', ''],
])('a number typed as %j is sent as %j', (typed, sent) => {
  expect(format.numberTyped(typed)).toBe(sent);
});
