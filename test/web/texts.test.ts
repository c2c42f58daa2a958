import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { de, en } from './support.js';

type Entry = [path: string, text: unknown];

const entriesOf = (value: unknown, path = ''): Entry[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, text]) => entriesOf(text, `${path}/${key}`))
    : [[path, value]];

/** What a text says: of one with values in it, with each value as its place. */
const said = (text: unknown): string =>
  typeof text === 'function'
    ? text(
        ...Array.from({ length: text.length }, (_, index) =>
          index === 0 && text.length > 1 ? 2 : `{${index}}`,
        ),
      )
    : String(text);

const english = entriesOf(en);
const german = new Map(entriesOf(de));

test('each language has every text, and says something', () => {
  expect([...german.keys()].sort()).toEqual(english.map(([path]) => path).sort());
  for (const [path, text] of [...english, ...german]) expect(said(text).trim(), path).not.toBe('');
});

test('a text takes the same values in each language, and shows each of them', () => {
  for (const [path, text] of english) {
    if (typeof text !== 'function') continue;
    const other = german.get(path);
    expect(typeof other === 'function' && other.length, path).toBe(text.length);
    const places = (of: unknown) =>
      said(of)
        .match(/\{\d\}/g)
        ?.sort();
    expect(places(other), path).toEqual(places(text));
    expect(places(text)?.length, path).toBeGreaterThan(0);
  }
});

test('one is one, in each language', () => {
  expect([en.start.payments(1, '1'), en.start.payments(2, '2')]).toEqual(['1 payment', '2 payments']);
  expect([en.start.people(1, '1'), en.start.people(0, '0')]).toEqual(['1 person', '0 people']);
  expect([de.start.payments(1, '1'), de.start.payments(2, '2')]).toEqual(['1 Zahlung', '2 Zahlungen']);
  expect([de.start.people(1, '1'), de.start.people(0, '0')]).toEqual(['1 Person', '0 Personen']);
});

test('each action of the audit log has a sentence', () => {
  const [, union = ''] = /type AuditAction =(.*?);/s.exec(readFileSync('src/audit/audit.ts', 'utf8')) ?? [];
  const actions = [...union.matchAll(/'([^']+)'/g)].map(([, action]) => action);
  expect(actions.length).toBeGreaterThan(20);
  const written = ['payment.issued', 'employees.imported', 'payments.imported'];
  expect(Object.keys(en.audit.actions).sort()).toEqual([...actions, ...written].sort());
});
