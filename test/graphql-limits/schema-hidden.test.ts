import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';

const t = await useStipend({ NODE_ENV: 'production' });

const introspection = ['{ __schema { types { name } } }', '{ __type(name: "Employee") { name } }'];

test.each(introspection)('in production the schema is not told: %s', async (document) => {
  const answer = await t.gql(document, {}, t.admin);
  expect(answer.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  expect(answer.text).not.toContain('"types"');
});

test('in production no name is suggested, for a field, an argument, an enum value or an input field', async () => {
  const documents = [
    { query: '{ employes { nodes { id } } }' },
    { query: '{ employees(frist: 1) { nodes { id } } }' },
    { query: '{ employees(filter: { status: ACTIV }) { nodes { id } } }' },
    {
      query: 'query ($filter: EmployeeFilter) { employees(filter: $filter) { nodes { id } } }',
      variables: { filter: { status: 'ACTIV' } },
    },
    {
      query: 'query ($filter: EmployeeFilter) { employees(filter: $filter) { nodes { id } } }',
      variables: { filter: { statuss: 'ACTIVE' } },
    },
  ];
  for (const { query, variables } of documents) {
    const answer = await t.gql(query, variables ?? {}, t.admin);
    expect(answer.errors).toBeDefined();
    expect(answer.text).not.toMatch(/did you mean|ACTIVE"|frist.*first/i);
  }
});

test('in production no page opens at the GraphQL URL', async () => {
  const response = await fetch(`${t.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
});
