import { expect, test } from 'vitest';
import { send } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';

const t = await useStipend({ NODE_ENV: 'production' });

const introspection = ['{ __schema { types { name } } }', '{ __type(name: "Employee") { name } }'];

test.each(introspection)('in production the schema is not told: %s', async (document) => {
  const answer = await t.gql(document, {}, t.admin);
  expectCode(answer, 'GRAPHQL_VALIDATION_FAILED');
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

test('INTROSPECTION=on tells the schema in production, and off hides it elsewhere', async () => {
  const { url: open } = await t.startAnother({ INTROSPECTION: 'on' });
  const { url: hidden } = await t.startAnother({ NODE_ENV: '', INTROSPECTION: 'off' });
  const { url: usual } = await t.startAnother({ NODE_ENV: '' });
  for (const query of introspection) {
    const asked = { query, token: t.admin.token };
    expectData(await send(open, asked));
    expectData(await send(usual, asked));
    expectCode(await send(hidden, asked), 'GRAPHQL_VALIDATION_FAILED');
  }
  const wrong = { query: '{ employes { nodes { id } } }', token: t.admin.token };
  expect((await send(usual, wrong)).text).toContain('Did you mean');
  expect((await send(hidden, wrong)).text).not.toContain('Did you mean');
});

test('SANDBOX=on opens its page in production, and off closes it elsewhere', async () => {
  const hasSandbox = async (env: Record<string, string>) => {
    const { url } = await t.startAnother(env);
    const response = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
    return (await response.text()).includes('sandbox');
  };
  expect(await hasSandbox({ SANDBOX: 'on' })).toBe(true);
  expect(await hasSandbox({ NODE_ENV: '' })).toBe(true);
  expect(await hasSandbox({ NODE_ENV: '', SANDBOX: 'off' })).toBe(false);
});

test('in production a browser gets a sentence at the GraphQL URL, and no script', async () => {
  const response = await fetch(`${t.url}/graphql`, { headers: { accept: 'text/html' } });
  const page = await response.text();
  expect(page).toContain('This is the GraphQL API of Stipend');
  expect(page).not.toContain('<script');
});
