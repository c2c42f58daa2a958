import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { expectInvariants, faultsIn, readEverything } from '../invariants.js';
import { employeeHeader, runImport } from './support.js';

const t = await useStipend();
const template = readFileSync('docs/import/employees.csv', 'utf8');
const leftOut = ['sessions', 'refresh_tokens', 'audit_chain', 'audit_unchained', 'shared_values'];

async function find(search: string) {
  const query = `query ($search: String) { employees(filter: { search: $search }) { nodes {
    name email title department status hiredOn terminatedOn salary { amount currency } salaryUnit
    bankAccount { holder country lastFour } employments { startedOn endedOn } } } }`;
  return expectData(await t.gql(query, { search }, t.admin)).employees.nodes;
}

test('a dry run writes nothing, an import all, and the same file again changes nothing', async () => {
  const before = await readEverything(t.database, leftOut);
  expect(await runImport(t, 'employees', template, { dryRun: true })).toBe(
    '2 employees would be imported, 0 were there already.\n',
  );
  expect(await readEverything(t.database, leftOut)).toEqual(before);
  expect(await runImport(t, 'employees', template)).toBe('2 employees imported, 0 were there already.\n');
  expect(await find('okafor')).toEqual([
    {
      ...{ name: 'Amara Okafor', email: 'amara.okafor@example.com', title: 'Head of Engineering' },
      ...{ department: 'Engineering', status: 'ACTIVE', hiredOn: '2018-03-01', terminatedOn: null },
      ...{ salary: { amount: '102000.00', currency: 'EUR' }, salaryUnit: 'YEAR' },
      bankAccount: { holder: 'Amara Okafor', country: 'DE', lastFour: '3000' },
      employments: [{ startedOn: '2018-03-01', endedOn: null }],
    },
  ]);
  expect(await find('weber')).toMatchObject([
    { name: 'Weber, Jonas', status: 'TERMINATED', bankAccount: null },
  ]);
  const after = await readEverything(t.database, leftOut);
  expect(await runImport(t, 'employees', template)).toBe('0 employees imported, 2 were there already.\n');
  expect(await readEverything(t.database, leftOut)).toEqual(after);
});

test('a mark, semicolons, CRLF, quotes, line breaks in them and any order of columns are read', async () => {
  const text = `\uFEFFemail;name;TITLE;department;hired_on;salary;currency;salary_unit\r
"semi@example.com";"Semi ""Colon"" Ñ";"Two
lines";Sales;2026-01-01;4000.5;eur;month\r
\r
other@example.com;Other;x;Sales;2026-01-02;10;EUR;HOUR\r
`;
  expect(await runImport(t, 'employees', text)).toBe('2 employees imported, 0 were there already.\n');
  expect(await find('semi@')).toMatchObject([{ name: 'Semi "Colon" Ñ', title: 'Two\nlines' }]);
});

test('each problem is listed by line and column, all of them, and nothing is written', async () => {
  const before = await readEverything(t.database, leftOut);
  const printed = await runImport(
    t,
    'employees',
    `${employeeHeader}
Good,good@example.com,x,x,2026-01-01,,1,EUR,MONTH,,,
,bad,x,x,2026-02-30,,0.001,EUR,DAY,,,
Twice,GOOD@example.com,x,x,2026-01-01,2025-12-31,1,BGN,MONTH,Holder,,
Emil,emil@example.com,x,x,2026-01-01,,1,EUR,MONTH,,,
Account,account@example.com,x,x,2026-01-01,,1,EUR,MONTH,H,DE,!
Country,country@example.com,x,x,2026-01-01,,x,EURO,MONTH,H,ZZ,DE89370400440532013000
Short,short@example.com
`,
  );
  const lines = printed.split('\n');
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    ...['line 3, hired_on', 'line 3, name', 'line 3, email', 'line 3, salary', 'line 3, salary_unit'],
    ...[
      'line 4, terminated_on',
      'line 4, currency',
      'line 4, bank_country',
      'line 4, bank_account_number',
      'line 6, bank_account_number',
    ],
    ...['line 7, currency', 'line 7, salary', 'line 7, bank_country', 'line 8'],
    ...['line 4, email', 'line 5, email'],
    '16 problems in 7 lines. Nothing was imported.',
  ]);
  expect(await readEverything(t.database, leftOut)).toEqual(before);
});

test.each<[string, string | Buffer, RegExp]>([
  [
    'a missing and an unknown column',
    'name,mail\n',
    /^line 1, email: The header does not have it\.\n(.*\n)*line 1, mail: The columns are name, email/,
  ],
  ['a column twice', `${employeeHeader},name\n`, /^line 1, name: The header has it twice/],
  ['a quote that does not end', `${employeeHeader}\n"Open,x\n`, /^line 2: This is not CSV/],
  [
    'a quote that does not end, and a line before it',
    `${employeeHeader}\na,b\n\n\nx,"Open,x\ny\nz\n`,
    /^line 2: It has 2 values.*\nline 5: This is not CSV/,
  ],
  [
    'a quote that another one ends lines later',
    `${employeeHeader}\na,b\n"Open,x\ny,"z"\n`,
    /^line 2: It has 2 values.*\nline 3: This is not CSV/,
  ],
  [
    'Latin-1, and a line before it',
    Buffer.from(`${employeeHeader}\na,b\nJos\xe9,x\n`, 'latin1'),
    /^line 2: It has 2 values.*\nline 3: From here on, the file is not UTF-8/,
  ],
  ['an empty file', '', /^line 1, name: The header does not have it\./],
  [
    'too many values',
    `${employeeHeader}\n${'x,'.repeat(12)}x\n`,
    /^line 2: It has 13 values, and the header has 12\./,
  ],
])('of %s the line is told', async (_what, text, expected) => {
  const printed = await runImport(t, 'employees', text);
  expect(printed).toMatch(expected);
  expect(printed).not.toContain('1 employees imported');
});

test('of two imports of one file at once, one writes and the other finds it done', async () => {
  const text = `${employeeHeader}\nRace,race@example.com,x,x,2026-01-01,,1,EUR,MONTH,,,\n`;
  const printed = await Promise.all([1, 2, 3].map(() => runImport(t, 'employees', text)));
  expect(printed.sort()).toEqual([
    '0 employees imported, 1 were there already.\n',
    '0 employees imported, 1 were there already.\n',
    '1 employees imported, 0 were there already.\n',
  ]);
  expect(await find('race@')).toHaveLength(1);
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
