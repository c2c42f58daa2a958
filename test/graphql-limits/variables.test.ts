import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { type Answer, post, readAnswer } from '../client.js';
import { useStipend } from '../harness.js';

const t = await useStipend({ MAX_VARIABLES_BYTES: '1000' });

const document =
  'query ($search: String, $filter: EmployeeFilter) { employees(filter: $filter) { totalCount } all: employees(filter: { search: $search }) { totalCount } }';

/** Variables that are just so many bytes as JSON. */
const ofBytes = (bytes: number, letter = 'x') => {
  const frame = Buffer.byteLength(JSON.stringify({ other: '' }));
  return { other: letter.repeat((bytes - frame) / Buffer.byteLength(letter)) };
};

function expectTooComplex(answer: Answer): void {
  expect(answer.errors?.map((error) => error.extensions.code)).toEqual(['QUERY_TOO_COMPLEX']);
  expect(answer.data).toBeUndefined();
  expect(answer.text.length).toBeLessThan(1_000);
}

test('variables up to the limit are served, those a byte over it are refused before any SQL', async () => {
  expect((await t.gql(document, ofBytes(1_000), t.admin)).errors).toBeUndefined();
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
  expect((await t.gql('{ me { id } }', {}, t.admin)).errors).toBeUndefined();
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
  expect((await get(ofBytes(1_000))).errors).toBeUndefined();
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
  expect((await ask(ofBytes(most))).errors).toBeUndefined();
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
