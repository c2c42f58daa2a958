import { expect, test } from 'vitest';
import { newId } from '../../src/values/ids.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectBadInput, hostileTexts, noText } from '../payments/reads.js';

const t = await useStipend();

const read = 'query ($id: ID!) { employee(id: $id) { id name payments { totalCount } } }';

test('a missing employee is null, with no error', async () => {
  const answer = await t.gql(read, { id: newId(new Date()) }, t.viewer);
  expect(answer.status).toBe(200);
  expect(answer.text).toBe('{"data":{"employee":null}}\n');
});

test('to an EMPLOYEE, a hidden employee and a missing one are the same, byte for byte', async () => {
  const other = await insertEmployee(t.database);
  const stray = await t.account('stray', 'EMPLOYEE');
  const missing = await t.gql(read, { id: newId(new Date()) }, t.employee);
  for (const [reader, id] of [
    [t.employee, other],
    [stray, other],
    [stray, t.employee.employeeId],
  ] as const) {
    const hidden = await t.gql(read, { id }, reader);
    expect(hidden.status).toBe(missing.status);
    expect(hidden.text).toBe(missing.text);
  }
  expect(missing.text).toBe('{"data":{"employee":null}}\n');
});

test('several employees asked for at once are each found, hidden or missing for themselves', async () => {
  const other = await insertEmployee(t.database);
  const many =
    'query ($a: ID!, $b: ID!, $c: ID!) { a: employee(id: $a) { id } b: employee(id: $b) { id } c: employee(id: $c) { id } }';
  const ids = { a: other, b: t.employee.employeeId, c: newId(new Date()) };
  const seen = await t.gql(many, ids, t.viewer);
  expect(seen.data).toEqual({ a: { id: ids.a }, b: { id: ids.b }, c: null });
  const own = await t.gql(many, ids, t.employee);
  expect(own.data).toEqual({ a: null, b: { id: ids.b }, c: null });
});

const malformedIds: Record<string, string> = {
  ...hostileTexts,
  'an empty text': '',
  'a number': '1',
  'a word': 'x',
  'an id without hyphens': '0'.repeat(32),
  'an id in braces': `{${newId(new Date())}}`,
  'an id and a space': `${newId(new Date())} `,
  'an id and a line feed': `${newId(new Date())}\n`,
  'an id with a letter that is no digit': `${newId(new Date()).slice(0, -1)}g`,
  SQL: "' OR 1=1 --",
};

test.each(Object.keys(malformedIds))('%s is no id', async (name) => {
  for (const reader of [t.viewer, t.employee]) {
    expectBadInput(await t.gql(read, { id: malformedIds[name] }, reader), 'id');
  }
});

test.each(Object.keys(noText))('%s is no id', async (name) => {
  expectBadInput(await t.gql(read, { id: noText[name] }, t.viewer));
});

test('an id must be given', async () => {
  expectBadInput(await t.gql(read, {}, t.viewer));
  expectBadInput(await t.gql(read, { id: null }, t.viewer));
});
