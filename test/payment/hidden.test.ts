import { expect, test } from 'vitest';
import { newId } from '../../src/values/ids.js';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectBadInput, hostileTexts, noText, readData } from '../payments/reads.js';

const t = await useStipend();

const read = 'query ($id: ID!) { payment(id: $id) { id amount { amount } employee { name } } }';

test('to an EMPLOYEE, a hidden payment and a missing one are the same, byte for byte', async () => {
  const other = await insertPayment(t.database, { employeeId: await insertEmployee(t.database) });
  const own = await insertPayment(t.database, { employeeId: t.employee.employeeId });
  const stray = await t.account('stray', 'EMPLOYEE');
  const missing = await t.gql(read, { id: newId(new Date()) }, t.employee);
  expect(missing.status).toBe(200);
  expect(missing.text).toBe('{"data":{"payment":null}}\n');
  for (const [reader, id] of [
    [t.employee, other],
    [stray, other],
    [stray, own],
  ] as const) {
    const hidden = await t.gql(read, { id }, reader);
    expect(hidden.status).toBe(200);
    expect(hidden.text).toBe(missing.text);
  }
  expect((await readData(t, read, { id: own }, t.employee)).payment.id).toBe(own);
});

test('a missing payment is null to a VIEWER too, with no error; an employee’s id is no payment', async () => {
  for (const id of [newId(new Date()), t.employee.employeeId]) {
    const answer = await t.gql(read, { id }, t.viewer);
    expect(answer.text).toBe('{"data":{"payment":null}}\n');
  }
});

const malformedIds: Record<string, string> = {
  ...hostileTexts,
  'an empty text': '',
  'a number': '42',
  'an id without hyphens': 'f'.repeat(32),
  'an id and a line feed': `${newId(new Date())}\n`,
  'two ids': `${newId(new Date())},${newId(new Date())}`,
  SQL: "'; DROP TABLE payments; --",
};

test.each(Object.keys(malformedIds))('%s is no id', async (name) => {
  for (const reader of [t.viewer, t.employee]) {
    expectBadInput(await t.gql(read, { id: malformedIds[name] }, reader), 'id');
  }
});

test.each(Object.keys(noText))('%s is no id', async (name) => {
  expectBadInput(await t.gql(read, { id: noText[name] }, t.viewer));
});
