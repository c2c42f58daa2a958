import { expect, test } from 'vitest';
import { parseConfig } from '../../src/start/config.js';
import { type Answer, post, readAnswer } from '../client.js';
import { leastCpuMs } from '../cpu-time.js';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { faultsIn } from '../invariants.js';

const t = await useStipend({ MAX_VARIABLES_BYTES: '1000' });

const document =
  'query ($search: String, $filter: EmployeeFilter) { employees(filter: $filter) { totalCount } all: employees(filter: { search: $search }) { totalCount } }';

/** Variables that are just so many bytes as JSON. */
const ofBytes = (bytes: number, letter = 'x') => {
  const frame = Buffer.byteLength(JSON.stringify({ other: '' }));
  return { other: letter.repeat((bytes - frame) / Buffer.byteLength(letter)) };
};

function expectTooComplex(answer: Answer): void {
  expectCode(answer, 'QUERY_TOO_COMPLEX');
  expect(answer.data).toBeUndefined();
  expect(answer.text.length).toBeLessThan(1_000);
}

test('variables up to the limit are served, those a byte over it are refused before any SQL', async () => {
  expectData(await t.gql(document, ofBytes(1_000), t.admin));
  const before = t.statements.length;
  expectTooComplex(await t.gql(document, ofBytes(1_001), t.admin));
  expect(t.statements.length).toBe(before);
});

test('bytes count, not characters', async () => {
  const { other } = ofBytes(1_006, '€');
  expect(other.length).toBeLessThan(400);
  expectTooComplex(await t.gql(document, { other }, t.admin));
});

test('the size counts for a document that was served before, and for variables that it does not name', async () => {
  expectData(await t.gql('{ me { id } }', {}, t.admin));
  expectTooComplex(await t.gql('{ me { id } }', { a: ['x'.repeat(1_000)] }, t.admin));
});

test('variables in a GET count as well', async () => {
  const headers = { authorization: `Bearer ${t.admin.token}`, 'apollo-require-preflight': 'true' };
  const get = async (variables: object) =>
    readAnswer(
      await fetch(
        `${t.url}/graphql?query=%7Bme%7Bid%7D%7D&variables=${encodeURIComponent(JSON.stringify(variables))}`,
        {
          headers,
        },
      ),
    );
  expectData(await get(ofBytes(1_000)));
  expectTooComplex(await get(ofBytes(1_001)));
});

test('without a setting, the limit leaves room in the largest body, and holds', async () => {
  const most = parseConfig({}).documentLimits.variablesBytes;
  expect(most).toBeLessThan(256 * 1024);
  const other = await t.startAnother({ MAX_VARIABLES_BYTES: '' });
  const ask = (variables: object) =>
    post(other.url, JSON.stringify({ query: '{ me { id } }', variables }), {
      authorization: `Bearer ${t.admin.token}`,
    });
  expectData(await ask(ofBytes(most)));
  expectTooComplex(await ask(ofBytes(most + 1)));
});

test('variables that are nested 50,000 levels deep are refused, and break nothing', async () => {
  const other = await t.startAnother({ MAX_VARIABLES_BYTES: '200000' });
  const levels = 50_000;
  for (const value of [
    '['.repeat(levels) + ']'.repeat(levels),
    `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`,
  ]) {
    const body = `{"query":"{ me { id } }","variables":{"deep":${value}}}`;
    const answer = await post(other.url, body, { authorization: `Bearer ${t.admin.token}` });
    expectTooComplex(answer);
  }
});

const filtered = 'query ($filter: EmployeeFilter) { employees(filter: $filter) { totalCount } }';
const manyKeys = (count: number, name = 'z') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, 1]));

test('variables of as many values as the limit are served, those of one more are refused', async () => {
  const other = await t.startAnother({ MAX_VARIABLES: '30', MAX_VARIABLES_BYTES: '' });
  const ask = (variables: object) =>
    post(other.url, JSON.stringify({ query: '{ me { id } }', variables }), {
      authorization: `Bearer ${t.admin.token}`,
    });
  expectData(await ask(manyKeys(30)));
  expect((await ask({ a: { b: manyKeys(14) }, c: Array(14).fill(1) })).errors).toBeDefined();
  expectData(await ask({ a: { b: manyKeys(13) }, c: Array(14).fill(1) }));
  expectTooComplex(await ask(manyKeys(31)));
  expectTooComplex(await ask({ a: Array(31).fill(null) }));
});

test.each<[string, string, object]>([
  ['a thousand keys that there are not', filtered, { filter: manyKeys(900) }],
  ['20,000 of them', filtered, { filter: manyKeys(20_000) }],
  ['names of 4,500 letters', filtered, { filter: manyKeys(50, 'z'.repeat(4_500)) }],
  ['a name of 100,000 letters', filtered, { filter: manyKeys(1, 'z'.repeat(100_000)) }],
  ['300 names of 300 letters', filtered, { filter: manyKeys(300, 'z'.repeat(300)) }],
  [
    '20 variables that are not given',
    `query (${Array.from({ length: 20 }, (_, i) => `$v${i}: ID!`).join(' ')}) {
      ${Array.from({ length: 20 }, (_, i) => `e${i}: employee(id: $v${i}) { id }`).join(' ')} }`,
    {},
  ],
  [
    '20 variables of the wrong type',
    `query (${Array.from({ length: 20 }, (_, i) => `$v${i}: ID!`).join(' ')}) {
      ${Array.from({ length: 20 }, (_, i) => `e${i}: employee(id: $v${i}) { id }`).join(' ')} }`,
    Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`v${i}`, { wrong: i }])),
  ],
])('%s: refused within 100 ms and 10 KB, in at most five errors', async (_name, query, variables) => {
  const other = await t.startAnother({ MAX_VARIABLES_BYTES: '' });
  const leastMs = await leastCpuMs(4, 100, async () => {
    const answer = await post(other.url, JSON.stringify({ query, variables }));
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.length).toBeGreaterThan(0);
    expect(answer.errors?.length).toBeLessThanOrEqual(5);
    for (const { extensions } of answer.errors ?? []) {
      expect(extensions.code).toMatch(/^(QUERY_TOO_COMPLEX|BAD_USER_INPUT)$/);
    }
    expect(answer.text.length).toBeLessThan(10_000);
  });
  expect(faultsIn(t.logLines)).toEqual([]);
  expect(leastMs).toBeLessThan(100);
});
