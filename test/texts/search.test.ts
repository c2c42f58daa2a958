import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/values/project-root.js';
import { createDatabase } from '../database.js';
import { insertEmployee, insertUser } from '../factories.js';
import { useStipend } from '../harness.js';

const t = await useStipend();
const people = {
  zoe: await insertEmployee(t.database, { name: 'Zoë Brontë'.normalize('NFD'), title: 'Straßenbau' }),
  soren: await insertEmployee(t.database, { name: 'Søren Łukasz', title: 'Æsthetik' }),
  jose: await insertEmployee(t.database, { name: 'JOSÉ ŞAHİN', email: 'josé@bücher.example' }),
  wide: await insertEmployee(t.database, { name: 'Ｗｉｄｅ　Ｎａｍｅ', title: 'ﬁne' }),
  greek: await insertEmployee(t.database, { name: 'ΟΔΥΣΣΕΥΣ Ελύτης' }),
  russian: await insertEmployee(t.database, { name: 'Фёдор ДОСТОЕВСКИЙ' }),
  zero: await insertEmployee(t.database, { name: 'Ann\u200bOther' }),
};
type Person = keyof typeof people;

const list = 'query ($search: String!) { employees(filter: { search: $search }) { nodes { id } } }';

test.each<[string, Person]>([
  ['zoe bronte', 'zoe'],
  ['ZOË BRONTË', 'zoe'],
  ['zoë'.normalize('NFC'), 'zoe'],
  ['zoë'.normalize('NFD'), 'zoe'],
  ['ｚｏｅ', 'zoe'],
  ['STRASSENBAU', 'zoe'],
  ['straße', 'zoe'],
  ['soren', 'soren'],
  ['SØREN', 'soren'],
  ['łUKASZ', 'soren'],
  ['lukasz', 'soren'],
  ['aesthetik', 'soren'],
  ['jose', 'jose'],
  ['josé şahin', 'jose'],
  ['sahin', 'jose'],
  ['BUCHER', 'jose'],
  ['wide name', 'wide'],
  ['WIDE', 'wide'],
  ['fine', 'wide'],
  ['οδυσσευς', 'greek'],
  ['ελυτης', 'greek'],
  ['федор', 'russian'],
  ['достоевский', 'russian'],
  ['annother', 'zero'],
  ['ann\u200bo\u00adther', 'zero'],
])('a search for %j finds %s', async (search, person) => {
  const { data } = await t.gql(list, { search }, t.viewer);
  expect(data.employees.nodes).toEqual([{ id: people[person] }]);
});

test.each(['％', '﹪', '＿'])('%j is what is searched, and no pattern', async (search) => {
  const { data } = await t.gql(list, { search }, t.viewer);
  expect(data.employees.nodes).toEqual([]);
});

const locales = [
  "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C' LOCALE 'C'",
  "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'",
  "LOCALE_PROVIDER libc LOCALE 'C'",
  "LOCALE_PROVIDER libc LOCALE 'C.UTF-8'",
];

test.each(locales)('in a database of %s, texts have the same forms', async (locale) => {
  const database = await createDatabase(`template0 ENCODING 'UTF8' ${locale}`);
  try {
    const folder = join(projectRoot, 'prisma', 'migrations');
    for (const name of (await readdir(folder)).filter((entry) => !entry.endsWith('.toml')).sort()) {
      await database.sql(await readFile(join(folder, name, 'migration.sql'), 'utf8'));
    }
    const forms = async (text: string) =>
      database.sql('SELECT search_form($1) AS search, fold_case($1) AS case', [text]);
    expect(await forms('ÉLODIE ΟΔΥΣΣΕΎΣ Фёдор')).toEqual([
      { search: 'elodie οδυσσευσ федор', case: 'élodie οδυσσεύσ фёдор' },
    ]);
    expect(await forms('ＭÜLLER@Example')).toEqual([{ search: 'muller@example', case: 'müller@example' }]);
    await insertUser(database, { username: 'admin', role: 'ADMIN' });
    await insertEmployee(database, { email: 'müller@example.com' });
    await expect(
      insertEmployee(database, { email: 'MÜLLER@example.com'.normalize('NFD') }),
    ).rejects.toMatchObject({
      constraint: 'employees_email_key',
    });
  } finally {
    await database.drop();
  }
});
