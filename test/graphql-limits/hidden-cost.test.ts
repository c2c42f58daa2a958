import { expect, test } from 'vitest';
import { post } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');

const skip = '@include(if: true)';
const resolved = 'resolved fields, by the sizes of its pages';
const onUser = 'fragment A on User { id }';
const inPages = 'payments(first: 100) { nodes { issuedBy { id } } }';

const deep = times(
  5,
  (i) => `fragment F${i} on Payment { employee { payments(first: 1) { nodes { ...F${i + 1} } } } }`,
);
const ofEmployees = `fragment A on EmployeeConnection { nodes { ${inPages} } }`;

/** What does not stand at first sight in a document, and counts all the same; with what the refusal calls it. */
const hidden: Array<[name: string, what: string, document: string]> = [
  [
    'a fan-out of fragments below the root',
    'fields',
    `{ me { ...F0 } } ${times(12, (i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 1} }`)} fragment F12 on User { id }`,
  ],
  [
    'fragments that spread one another in a circle below the root',
    'levels',
    '{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }',
  ],
  [
    'levels in a fragment',
    'levels',
    `{ payments(first: 1) { nodes { ...F0 } } } ${deep} fragment F5 on Payment { id }`,
  ],
  [
    'directives on spreads of a fragment',
    'directives',
    `{ me { ${times(21, () => `...A ${skip}`)} } } ${onUser}`,
  ],
  ['directives on inline fragments', 'directives', `{ me { ${times(21, () => `... ${skip} { id }`)} } }`],
  [
    'directives in fragments',
    'directives',
    `{ me { ${times(7, () => '...A')} } } fragment A on User { ${times(3, () => `id ${skip}`)} }`,
  ],
  ['directives on an operation', 'directives', `query ${times(21, () => '@skip')} { me { id } }`],
  ['root fields in inline fragments', 'root fields', `{ ${times(21, () => '... { __typename }')} }`],
  ['pages by their edges', resolved, `{ employees(first: 100) { edges { node { ${inPages} } } } }`],
  ['pages in a fragment', resolved, `{ employees(first: 100) { ...A } } ${ofEmployees}`],
  [
    'a fragment in a long page, after the same one in a short page',
    resolved,
    `{ short: employees(first: 1) { ...A } long: employees(first: 100) { ...A } } ${ofEmployees}`,
  ],
  [
    'a page size that is the default of a variable',
    resolved,
    `query ($n: Int = 100) { employees(first: $n) { nodes { payments(first: $n) { nodes { issuedBy { id } } } } } }`,
  ],
  [
    'pages without a size, which has a default',
    resolved,
    `{ employees { nodes { payments { nodes { employee { payments { nodes { employee { id } } } } } } } } }`,
  ],
  [
    'pages of an operation that another one stands before',
    resolved,
    `query A { me { id } } query B { employees(first: 100) { nodes { ${inPages} } } }`,
  ],
  [
    'a fragment whose variable is larger in an operation than in the one before',
    resolved,
    `query A($n: Int = 1) { ...C } query B($n: Int = 100) { ...C }
      fragment C on Query { employees(first: $n) { nodes { ${inPages} } } }`,
  ],
  [
    'pages beside some of a size below nothing, which take nothing off',
    resolved,
    `{ none: employees(first: -100) { nodes { ${inPages} } } all: employees(first: 100) { nodes { ${inPages} } } }`,
  ],
];

test.each(hidden)('%s: counted', async (_name, what, document) => {
  const answer = await t.gql(document, {}, t.admin);
  expect(answer.errors?.map(({ message }) => message)).toEqual([
    expect.stringMatching(new RegExp(`^The document has more than \\d+ ${what}\\.$`)),
  ]);
});

test('a list that has no pages counts as ten', async () => {
  const other = await t.startAnother({ MAX_COST: '31' });
  const ask = (fields: string) =>
    post(other.url, JSON.stringify({ query: `{ me { id } sessions { ${fields} } }` }), {
      authorization: `Bearer ${t.admin.token}`,
    });
  expectData(await ask('id'));
  expectCode(await ask('id ip'), 'QUERY_TOO_COMPLEX');
  await other.stop();
});
