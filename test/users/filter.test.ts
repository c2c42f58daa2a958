import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { insertUser } from '../factories.js';
import { useStipend } from '../harness.js';
import { createUser, goodPassword, storedUser } from './support.js';

const t = await useStipend();
for (const username of ['Una', 'ugo_1', 'ugo%2']) await insertUser(t.database, { username, role: 'VIEWER' });
expectData(await createUser(t, { username: 'Straße', password: goodPassword, role: 'VIEWER' }));

const list = `query ($filter: UserFilter, $first: Int, $after: String) {
  users(filter: $filter, first: $first, after: $after) { nodes { username } totalCount pageInfo { endCursor } } }`;

async function find(filter: object): Promise<string[]> {
  const { data } = await t.gql(list, { filter }, t.viewer);
  return data.users.nodes.map(({ username }: { username: string }) => username);
}

test.each([
  ['un', ['Una']],
  ['UGO', ['ugo_1', 'ugo%2']],
  ['ｕｇｏ', ['ugo_1', 'ugo%2']],
  ['o_', ['ugo_1']],
  ['o%', ['ugo%2']],
  ['STRASSE', ['Straße']],
  ['nobody', []],
])(
  'a search for %j takes it as it stands, whatever its case and width, and finds %j',
  async (search, found) => {
    expect(await find({ search })).toEqual(found);
  },
);

test('a user is found by id, and conditions hold together', async () => {
  const { id } = await storedUser(t, 'Una');
  expect(await find({ id })).toEqual(['Una']);
  expect(await find({ id, search: 'na' })).toEqual(['Una']);
  expect(await find({ id, search: 'ugo' })).toEqual([]);
});

test('an empty search is none', async () => {
  const everybody = await find({});
  expect(everybody.length).toBeGreaterThan(4);
  for (const search of [null, '', '  ']) expect(await find({ search })).toEqual(everybody);
});

test('what is found is paged and counted like the rest', async () => {
  const filter = { search: 'ugo' };
  const { data } = await t.gql(list, { filter, first: 1 }, t.admin);
  expect(data.users).toMatchObject({ nodes: [{ username: 'ugo_1' }], totalCount: 2 });
  const after = data.users.pageInfo.endCursor;
  const next = await t.gql(list, { filter, first: 1, after }, t.admin);
  expect(next.data.users.nodes).toEqual([{ username: 'ugo%2' }]);
});

test.each([
  [{ search: 'x'.repeat(101) }, 'filter.search'],
  [{ search: 'a\u0000b' }, 'filter.search'],
  [{ id: 'una' }, 'filter.id'],
])('the filter %j is refused, by the field at fault', async (filter, field) => {
  expectCode(await t.gql(list, { filter }, t.admin), 'BAD_USER_INPUT', { field });
});

test('who may not read users finds none', async () => {
  expectCode(await t.gql(list, { filter: { search: 'una' } }, t.employee), 'FORBIDDEN');
});
