import { getIntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { post } from '../client.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const everything = {
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
};

/** How many fields an answer has. */
function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((total, inner) => total + countFields(inner), own);
}

test.each([
  ['GraphiQL, graphql-codegen and Apollo Sandbox send', {}],
  ['has every option', everything],
])('the introspection that %s is within the limits, for anonymous callers too', async (_name, options) => {
  const answer = await t.gql(getIntrospectionQuery(options));
  expect(answer.errors).toBeUndefined();
  expect(answer.data.__schema.types.length).toBeGreaterThan(50);
});

test('introspection costs about as much as the fields that it resolves', async () => {
  const query = getIntrospectionQuery(everything);
  const resolved = countFields((await t.gql(query)).data);
  const [cheaper, dearer] = await Promise.all(
    [0.9, 1.4].map((part) => t.startAnother({ MAX_COST: String(Math.round(resolved * part)) })),
  );
  expect((await post(dearer?.url ?? '', JSON.stringify({ query }))).errors).toBeUndefined();
  expect((await post(cheaper?.url ?? '', JSON.stringify({ query }))).errors).toMatchObject([
    { extensions: { code: 'QUERY_TOO_COMPLEX' } },
  ]);
});

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

test.each([
  [
    'fields of the types of all fields',
    `types { fields { type { fields { ${times(60, () => 'name')} } } } }`,
  ],
  [
    'fields of all types, five times',
    times(5, (i) => `a${i}: types { fields { ${times(90, () => 'name')} } }`),
  ],
])('lists within introspection multiply: %s', async (_name, selection) => {
  const answer = await t.gql(`{ __schema { ${selection} } }`);
  expect(answer.errors?.map(({ message }) => message)).toEqual([
    'The document has more than 20000 resolved fields, by the sizes of its pages.',
  ]);
});
