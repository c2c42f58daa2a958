import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { insertUser } from '../factories.js';
import { useStipend } from '../harness.js';
import { createUser, goodPassword, storedUsers, userFields } from './support.js';

const t = await useStipend();
for (const username of ['una', 'ugo', 'ulf']) await insertUser(t.database, { username, role: 'VIEWER' });

const page = `query ($first: Int, $after: String) { users(first: $first, after: $after) {
  totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { ${userFields} } } nodes { username } } }`;

test.each(['admin', 'viewer'] as const)('the %s reads every user, and no password hash', async (who) => {
  const { data, text } = await t.gql(page, {}, t[who]);
  expect(data.users.nodes.map((user: { username: string }) => user.username)).toEqual(
    (await storedUsers(t)).map(({ username }) => username),
  );
  expect(data.users.edges.map((edge: { node: object }) => edge.node)).toContainEqual({
    id: t.employee.id,
    username: 'emil',
    role: 'EMPLOYEE',
    admin: false,
    disabledAt: null,
    employee: { id: t.employee.employeeId },
  });
  expect(text).not.toContain('argon2');
});

test('users come in the order in which they were added, page by page, each once', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 10; pages += 1) {
    const { data } = await t.gql(page, { first: 2, after }, t.viewer);
    const { nodes, totalCount, pageInfo } = data.users;
    expect({ totalCount, hasPreviousPage: pageInfo.hasPreviousPage }).toEqual({
      totalCount: 6,
      hasPreviousPage: pages > 0,
    });
    seen.push(...nodes.map((user: { username: string }) => user.username));
    after = pageInfo.endCursor;
    if (!pageInfo.hasNextPage) break;
  }
  expect(seen).toEqual((await storedUsers(t)).map(({ username }) => username));
});

test('a user who is added while somebody turns the pages makes nobody come twice, or not at all', async () => {
  const before = (await storedUsers(t)).map(({ username }) => ({ username }));
  const first = await t.gql(page, { first: 3 }, t.admin);
  await createUser(t, { username: 'urban', password: goodPassword, role: 'VIEWER' });
  const after = first.data.users.pageInfo.endCursor;
  const second = await t.gql(page, { first: 100, after }, t.admin);
  const seen: object[] = [...first.data.users.nodes, ...second.data.users.nodes];
  expect(seen.filter((user) => !('username' in user && user.username === 'urban'))).toEqual(before);
});

test.each([{ first: 0 }, { first: -1 }, { first: 101 }, { after: '' }, { after: 'AAAA' }])(
  'the page %j is BAD_USER_INPUT',
  async (variables) => {
    const [field] = Object.keys(variables);
    expectCode(await t.gql(page, variables, t.admin), 'BAD_USER_INPUT', { field });
  },
);

test('a cursor of another list is BAD_USER_INPUT', async () => {
  const { data } = await t.gql('{ employees(first: 1) { edges { cursor } } }', {}, t.admin);
  const after = data.employees.edges[0].cursor;
  expectCode(await t.gql(page, { after }, t.admin), 'BAD_USER_INPUT');
});

test('an employee who is a user is FORBIDDEN, and an anonymous caller UNAUTHENTICATED', async () => {
  for (const query of [page, '{ users { totalCount } }', '{ users { pageInfo { hasNextPage } } }']) {
    expectCode(await t.gql(query, {}, t.employee), 'FORBIDDEN');
    expectCode(await t.gql(query), 'UNAUTHENTICATED');
  }
});
