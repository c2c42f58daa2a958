import { expect, test } from 'vitest';
import { World } from '../permissions/world.js';
import { bodyOf, expectSame, useWays } from './support.js';

const ways = await useWays();
const { admin } = ways.t;
const world = await World.create(ways.t);
const id = world.employeeId.others;
const name = 'Stranger Stella';

const both = [
  { a: true, b: true },
  { a: true, b: false },
  { a: false, b: true },
  { a: false, b: false },
];

/** Documents whose answer depends on two variables, and what the answer is. */
const cases: Array<[string, string, (given: { a: boolean; b: boolean }) => object]> = [
  [
    'fields that are included or skipped',
    'employee(id: $id) { name @include(if: $a) title @skip(if: $b) }',
    ({ a, b }) => ({ employee: { ...(a && { name }), ...(!b && { title: 'Stranger title' }) } }),
  ],
  [
    'a field with both directives',
    'employee(id: $id) { id name @include(if: $a) @skip(if: $b) }',
    ({ a, b }) => ({ employee: { id, ...(a && !b && { name }) } }),
  ],
  [
    'one field under one condition or another',
    'employee(id: $id) { id name @include(if: $a) name @include(if: $b) }',
    ({ a, b }) => ({ employee: { id, ...((a || b) && { name }) } }),
  ],
  [
    'objects that are read or not',
    'a: employee(id: $id) @include(if: $a) { name } b: employee(id: $id) @skip(if: $b) { name }',
    ({ a, b }) => ({ ...(a && { a: { name } }), ...(!b && { b: { name } }) }),
  ],
  [
    'one object in two places, each with a condition and fields of its own',
    'employee(id: $id) @include(if: $a) { name } employee(id: $id) @include(if: $b) { id }',
    ({ a, b }) => (a || b ? { employee: { ...(a && { name }), ...(b && { id }) } } : {}),
  ],
  [
    'a fragment that is spread under a condition here and without one there',
    'x: employee(id: $id) { id ...F @include(if: $a) } y: employee(id: $id) { ...F } z: employee(id: $id) { id ...F @skip(if: $b) }',
    ({ a, b }) => ({ x: { id, ...(a && { name }) }, y: { name }, z: { id, ...(!b && { name }) } }),
  ],
  [
    'a fragment that is spread twice in one place, under two conditions',
    'employee(id: $id) { id ...F @include(if: $a) ...F @include(if: $b) }',
    ({ a, b }) => ({ employee: { id, ...((a || b) && { name }) } }),
  ],
  [
    'inline fragments under conditions, within one another',
    'employee(id: $id) { id ... @include(if: $a) { ... on Employee @skip(if: $b) { ...F } } }',
    ({ a, b }) => ({ employee: { id, ...(a && !b && { name }) } }),
  ],
  [
    'an object in a fragment under a condition, and the same object without',
    'payment(id: $p) { employee { id } ... @include(if: $a) { employee { ...F } } ... @skip(if: $b) { employee { ...F } } }',
    ({ a, b }) => ({ payment: { employee: { id, ...((a || !b) && { name }) } } }),
  ],
  [
    'conditions that are written out',
    'employee(id: $id) { id name @include(if: true) title @include(if: false) email @skip(if: true) n: name @skip(if: $a) m: name @skip(if: $b) }',
    ({ a, b }) => ({ employee: { id, name, ...(!a && { n: name }), ...(!b && { m: name }) } }),
  ],
];

test.each(cases)(
  '%s: what is included is the same from the first time on, either way',
  async (_what, text, expected) => {
    const variables = { id, ...(text.includes('$p') && { p: world.paymentId.others }) };
    const fragment = text.includes('...F') ? 'fragment F on Employee { name }' : '';
    const query = `query ($id: ID!, ${'p' in variables ? '$p: ID!, ' : ''}$a: Boolean!, $b: Boolean!) { ${text} } ${fragment}`;
    const used = 'p' in variables ? query.replace('$id: ID!, ', '') : query;
    for (const given of both) {
      const { id: _id, ...rest } = variables;
      const answer = await expectSame(ways, {
        query: used,
        variables: { ...('p' in variables ? rest : variables), ...given },
        token: admin.token,
      });
      expect(bodyOf(answer), JSON.stringify(given)).toEqual({ data: expected(given) });
    }
  },
);

test('one document is answered by what its variables say now, not by what they said before', async () => {
  const query = 'query ($id: ID!, $a: Boolean!) { employee(id: $id) { id name @include(if: $a) } } # once';
  for (const a of [true, false, true, false]) {
    for (const way of [ways.known, ways.known]) {
      const answer = await fetch(`${way.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.token}` },
        body: JSON.stringify({ query, variables: { id, a } }),
      });
      expect(await answer.json()).toEqual({ data: { employee: { id, ...(a && { name }) } } });
    }
  }
});

test('operations of one document that share a fragment have conditions of their own', async () => {
  const query = `query A($id: ID!, $a: Boolean!) { employee(id: $id) { id ...F @include(if: $a) } }
    query B($id: ID!) { employee(id: $id) { id ...F } } fragment F on Employee { name }`;
  for (const operationName of ['A', 'B', 'A']) {
    const variables = { id, ...(operationName === 'A' && { a: false }) };
    const answer = await expectSame(ways, { query, operationName, variables, token: admin.token });
    const expected = operationName === 'A' ? { id } : { id, name };
    expect(bodyOf(answer)).toEqual({ data: { employee: expected } });
  }
});

test.each([
  ['null where there is a default', { a: null }],
  ['nothing where there is a default', {}],
  ['no boolean', { a: 'true' }],
])('a condition that is given %s is taken as it is the first time', async (_what, given) => {
  const query =
    'query ($id: ID!, $a: Boolean = false) { employee(id: $id) { id name @skip(if: $a) title @include(if: $a) } }';
  await expectSame(ways, { query, variables: { id, ...given }, token: admin.token });
});
