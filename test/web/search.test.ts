import { expect, test } from 'vitest';
import {
  instantsOf,
  parseAuditSearch,
  parseEmployeeSearch,
  parseEmployeesSearch,
  parsePaymentsSearch,
  parsePayRunSearch,
  parsePayRunsSearch,
} from './support.js';

const set = (search: object) =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

const parsers = {
  parseAuditSearch,
  parseEmployeeSearch,
  parseEmployeesSearch,
  parsePaymentsSearch,
  parsePayRunSearch,
  parsePayRunsSearch,
};

test.each(Object.entries(parsers))('%s leaves out what a URL may not have', (_name, parse) => {
  const values = [{}, [], null, true, '', { toString: 'x' }];
  const names = [
    'search',
    'department',
    'status',
    'kind',
    'from',
    'to',
    'currency',
    'after',
    'year',
    'on',
    'action',
  ];
  for (const value of values) {
    const given = Object.fromEntries(
      [...names, 'actorId', 'subject', 'blocked'].map((name) => [name, value]),
    );
    expect(set(parse(given))).toEqual({});
  }
  expect(set(parse({ unknown: 'x', __proto__: 'x' }))).toEqual({});
});

test('values of an enum are those of the API, and no name of every object', () => {
  expect(set(parseEmployeesSearch({ status: 'ACTIVE' }))).toEqual({ status: 'ACTIVE' });
  for (const status of ['active', 'constructor', 'toString', '__proto__']) {
    expect(set(parseEmployeesSearch({ status }))).toEqual({});
    expect(set(parseAuditSearch({ action: status }))).toEqual({});
  }
  expect(set(parsePayRunsSearch({ status: 'DRAFT', kind: 'OFF_CYCLE' }))).toEqual({
    status: 'DRAFT',
    kind: 'OFF_CYCLE',
  });
  expect(set(parsePayRunSearch({ blocked: 'yes', search: 'nina' }))).toEqual({
    blocked: 'yes',
    search: 'nina',
  });
});

test('days, currencies and years are read, and anything like them is not', () => {
  expect(set(parsePaymentsSearch({ from: '2026-01-31', to: '31.1.2026', currency: 'eur' }))).toEqual({
    from: '2026-01-31',
    currency: 'EUR',
  });
  expect(set(parseEmployeeSearch({ year: '2026', on: '2026-01-31', after: 'x' }))).toEqual({
    year: 2026,
    on: '2026-01-31',
    after: 'x',
  });
  for (const year of ['20', '2026.5', 'x', 30_000]) expect(set(parseEmployeeSearch({ year }))).toEqual({});
});

test('a number in a URL, which the router reads as one, is a text', () => {
  expect(set(parseEmployeesSearch({ search: 42 }))).toEqual({ search: '42' });
});

test('a year has all of its instants', () => {
  const { issuedFrom, issuedTo } = instantsOf(2024);
  expect(Date.parse(issuedTo) - Date.parse(issuedFrom)).toBe(366 * 86_400_000);
});
