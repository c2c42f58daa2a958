import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import { expectRefusal, faultsIn } from '../invariants.js';

const t = await useStipend();
const query = 'mutation ($input: EditCompanyInput!) { editCompany(input: $input) { company { version } } }';

const refused = (input: object, code: string, field?: string, account: { token: string } = t.admin) =>
  expectRefusal(t.database, () => t.gql(query, { input }, account), { code, field });

test('a viewer and an employee are FORBIDDEN to edit the company, and nobody reads it without a login', async () => {
  await refused({ version: 1, name: 'Mine' }, 'FORBIDDEN', undefined, t.viewer);
  await refused({ version: 1, name: 'Mine' }, 'FORBIDDEN', undefined, t.employee);
  const answer = await t.gql('{ company { name } }');
  expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('a stale version is CONFLICT, and of several edits of one version one wins', async () => {
  await refused({ version: 2, name: 'Acme' }, 'CONFLICT', 'version');
  const edit = (name: string) => t.gql(query, { input: { version: 1, name } }, t.admin);
  const answers = await Promise.all(['A', 'B', 'C', 'D', 'E'].map(edit));
  const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'edited').sort();
  expect(codes).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'CONFLICT', 'edited']);
});

const account = { holder: 'Acme', country: 'DE', accountNumber: 'DE89370400440532013000' };

test.each([
  [{ name: '  ' }, 'name'],
  [{ name: null }, 'name'],
  [{ country: 'XX' }, 'country'],
  [{ country: 'de' }, 'country'],
  [{ country: null }, 'country'],
  [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
  [{ timeZone: '+01:00' }, 'timeZone'],
  [{ timeZone: 'posix/Europe/Berlin' }, 'timeZone'],
  [{ timeZone: '' }, 'timeZone'],
  [{ timeZone: null }, 'timeZone'],
  [{ proration: null }, 'proration'],
  [{ requireSecondAdmin: null }, 'requireSecondAdmin'],
  [{ payingAccount: { ...account, holder: '' } }, 'payingAccount.holder'],
  [{ payingAccount: { ...account, accountNumber: '1' } }, 'payingAccount.accountNumber'],
  [{ name: 'Acme', payingAccount: { ...account, country: 'Germany' } }, 'payingAccount.country'],
])('%j is BAD_USER_INPUT, and nothing is changed', async (fields, field) => {
  await refused({ version: 2, ...fields }, 'BAD_USER_INPUT', field);
});

test('the database takes no second company', async () => {
  const again = `INSERT INTO company (name, country, time_zone) VALUES ('B', 'DE', 'UTC')`;
  await expect(t.database.sql(again)).rejects.toThrow('company_pkey');
  expect(faultsIn(t.logLines)).toEqual([]);
});
