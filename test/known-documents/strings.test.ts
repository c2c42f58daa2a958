import { afterEach, expect, test } from 'vitest';
import { bodyOf, expectSame, useWays } from './support.js';

const ways = await useWays();
const { token } = ways.t.admin;

/** What the compiler of operations marks its own values with, in a text that would become part of its program. */
const markers = [
  '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d',
  '__MAGIC_NAN__57f286b9_4c20_487f_b409_79804ddcb4f8',
  '__MAGIC_PLUS_INFINITY__bb201c39_3333_4695_b4ad_7f1722e7aa7a',
  '__MAGIC_MINUS_INFINITY__71d4310a_d4a3_4a05_b1fe_e60779d24998',
];
const payloads = [
  ...markers,
  ...markers.map((marker) => `${marker}0)+(globalThis.pwned=1)+Number(0`),
  `0)+(globalThis.pwned=1)+Number(0`,
  "'+(globalThis.pwned=1)+'",
  `\${globalThis.pwned=1}`,
  '`+(globalThis.pwned=1)+`',
  "\\'+(globalThis.pwned=1)//",
  '\u2028globalThis.pwned=1\u2029',
];

const quoted = (text: string) => JSON.stringify(text);
/** Other ways to write the same text down in GraphQL. */
const spellings: Record<string, (text: string) => string> = {
  'as it stands': quoted,
  'with each character escaped': (text) =>
    `"${[...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
  'with its first character escaped': (text) =>
    `"\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}${quoted(text.slice(1)).slice(1)}`,
  'with code points in braces': (text) =>
    `"${[...text].map((letter) => `\\u{${letter.charCodeAt(0).toString(16)}}`).join('')}"`,
  'as a block': (text) => `"""${text}"""`,
};

/** Where a text may stand. */
const places: Record<string, (text: string) => string> = {
  'an argument': (text) => `{ employees(after: ${text}) { totalCount } }`,
  'an id': (text) => `{ employee(id: ${text}) { name } }`,
  'a scalar of our own': (text) =>
    `mutation { issuePayment(input: { employeeId: 5, kind: BONUS, amount: { amount: ${text}, currency: ${text} } }) { replayed } }`,
  'an object': (text) => `{ employees(filter: { search: ${text} }) { totalCount nodes { name } } }`,
  "a variable's default": (text) =>
    `query ($search: String = ${text}) { employees(filter: { search: $search }) { totalCount } }`,
  'a default that is an object': (text) =>
    `query ($filter: EmployeeFilter = { search: ${text} }) { employees(filter: $filter) { totalCount } }`,
  'a fragment': (text) =>
    `{ me { ...F } } fragment F on User { employee { payments(after: ${text}) { totalCount } } }`,
  'an operation that is not the one to be run': (text) =>
    `query A { me { id } } query B { employees(after: ${text}) { totalCount } }`,
};

const pwned = () => Reflect.get(globalThis, 'pwned');
afterEach(() => Reflect.deleteProperty(globalThis, 'pwned'));

for (const [place, write] of Object.entries(places)) {
  test.each(Object.entries(spellings))(
    `a text in ${place}, %s, is never run as a program`,
    async (_how, spell) => {
      for (const payload of payloads) {
        const operationName = place.startsWith('an operation') ? 'A' : undefined;
        const sent = { query: write(spell(payload)), token, ...(operationName && { operationName }) };
        await expectSame(ways, sent);
        expect(pwned(), payload).toBeUndefined();
      }
    },
  );
}

test.each(payloads)('%j as the value of a variable is a text like any other', async (text) => {
  const query = `query ($after: String, $id: ID!, $filter: EmployeeFilter) { employees(after: $after, filter: $filter) { totalCount }
    employee(id: $id) { name } }`;
  for (const variables of [
    { after: text, id: text },
    { id: text, filter: { search: text } },
    { id: '1', filter: { [text]: 1 } },
    { [text]: 1, id: '1' },
  ]) {
    await expectSame(ways, { query, variables, token });
    expect(pwned()).toBeUndefined();
  }
  const payment = `mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }`;
  const input = { employeeId: text, kind: 'BONUS', amount: { amount: text, currency: text } };
  await expectSame(ways, { query: payment, variables: { input }, token });
  expect(pwned()).toBeUndefined();
});

test.each(payloads)('%j as the name of an operation is no name', async (operationName) => {
  const answer = await expectSame(ways, { query: 'query A { me { id } }', operationName, token });
  expect(bodyOf(answer).data).toBeUndefined();
  expect(pwned()).toBeUndefined();
});

test('a text that is looked for is found, written out or in a variable', async () => {
  const written = await expectSame(ways, {
    query: '{ employees(filter: { search: "emil" }) { nodes { name } } }',
    token,
  });
  const query = 'query ($filter: EmployeeFilter) { employees(filter: $filter) { nodes { name } } }';
  const given = await expectSame(ways, { query, variables: { filter: { search: 'emil' } }, token });
  expect(bodyOf(written).data).toEqual({ employees: { nodes: [{ name: 'Emil Own' }] } });
  expect(given).toEqual(written);
});
