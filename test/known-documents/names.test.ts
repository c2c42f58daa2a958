import { expect, test } from 'vitest';
import { World } from '../permissions/world.js';
import { bodyOf, expectSame, useWays } from './support.js';

const membersBefore = Object.getOwnPropertyNames(Object.prototype);
const ways = await useWays();
const { admin } = ways.t;
const world = await World.create(ways.t);
const id = world.employeeId.others;
const paymentId = world.paymentId.others;

/** Names that mean something to JavaScript, to a promise, to JSON, or to a program that a compiler may have written. */
const names = [
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'isPrototypeOf',
  'toJSON',
  'then',
  'catch',
  'length',
  'name',
  'message',
  'errors',
  'data',
  'class',
  'function',
  'return',
  'await',
  'null',
  'undefined',
  'this',
  'eval',
  'arguments',
  'idx0',
  'resultArray',
  'query',
  '_',
  '__proto__',
  '__defineGetter__',
  '__lookupSetter__',
  '__context',
  '__parent',
  '__currentItem',
  '__validNode0',
  '__fieldname',
  'err',
  'result',
];

test.each(names)('%s as an alias names what it stands for, at each level', async (alias) => {
  const query = `query ($id: ID!) { ${alias}: employee(id: $id) { ${alias}: name }
    other: employee(id: $id) { ${alias}: payments(first: 2) { ${alias}: nodes { ${alias}: kind } } } }`;
  const answer = await expectSame(ways, { query, variables: { id }, token: admin.token });
  expect(answer.body).toContain(`"${alias}":{"${alias}":"Stranger Stella"}`);
});

test.each(names)(
  '%s as the name of a variable, a fragment and an operation is a name like any other',
  async (name) => {
    const query = `query ${name}($${name}: ID!) { employee(id: $${name}) { ...${name} } } fragment ${name} on Employee { title }`;
    const sent = { query, operationName: name, token: admin.token };
    const answer = await expectSame(ways, { ...sent, variables: { [name]: id } });
    expect(bodyOf(answer).errors).toBeUndefined();
    const missing = await expectSame(ways, { ...sent, variables: {} });
    expect(bodyOf(missing).errors).toHaveLength(1);
  },
);

test.each(names)('a variable called %s is absent when it is not given', async (name) => {
  const query = `query ($${name}: Currency, $first: Int) { payments(first: $first, filter: { currency: $${name} }) { totalCount } }`;
  const answer = await expectSame(ways, { query, variables: {}, token: admin.token });
  expect(bodyOf(answer).errors, answer.body).toBeUndefined();
  const whole = `query ($${name}: PaymentFilter, $n: Int) { payments(first: $n, filter: $${name}) { totalCount } }`;
  const other = await expectSame(ways, { query: whole, variables: {}, token: admin.token });
  expect(bodyOf(other).errors, other.body).toBeUndefined();
});

test('a variable of any type called like a member of every object is missing when it is not given', async () => {
  const query = `mutation ($constructor: Decimal!, $toString: Currency!, $id: ID!) { issuePayment(input: {
    employeeId: $id, kind: BONUS, amount: { amount: $constructor, currency: $toString } }) { replayed } }`;
  const answer = await expectSame(ways, { query, variables: { id }, token: admin.token });
  expect(answer.body).toContain('was not provided');
});

test('two fields whose names lead to the same word are two, each with what is asked of it', async () => {
  const query = `query ($id: ID!, $paymentId: ID!) {
    b: payment(id: $paymentId) { a: employee { name } }
    a_b: employee(id: $id) { email terminatedOn }
    d: payment(id: $paymentId) { c: replaces { note } }
    c_d: payment(id: $paymentId) { amount { amount } voidReason }
  }`;
  const answer = await expectSame(ways, { query, variables: { id, paymentId }, token: admin.token });
  expect(bodyOf(answer)).toEqual({
    data: {
      b: { a: { name: 'Stranger Stella' } },
      a_b: { email: 'stranger.stella@example.com', terminatedOn: '2030-12-31' },
      d: { c: { note: 'Stranger' } },
      c_d: { amount: { amount: '100.00' }, voidReason: 'Stranger' },
    },
  });
});

test('nothing of any request is left behind in what all objects have in common', () => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(membersBefore);
});
