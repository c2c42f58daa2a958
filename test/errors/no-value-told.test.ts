import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const account = 'DE89370400440532013000';
const edit = 'mutation ($x: EditEmployeeInput!) { editEmployee(input: $x) { employee { id } } }';
const id = '00000000-0000-7000-8000-000000000000';

test.each([
  ['a required field that is missing', { accountNumber: account, country: 'DE' }, 'bankAccount.holder'],
  [
    'a field that does not exist',
    { holder: 'A', accountNumber: account, country: 'DE', iban: account },
    'bankAccount.iban',
  ],
  [
    'a list for a string',
    { holder: 'A', accountNumber: [account], country: 'DE' },
    'bankAccount.accountNumber',
  ],
  [
    'an object for a string',
    { holder: 'A', accountNumber: { a: account }, country: 'DE' },
    'bankAccount.accountNumber',
  ],
])('%s is told with the name of the field, and nothing of the value', async (_name, bankAccount, field) => {
  const answer = await t.gql(edit, { x: { id, version: 1, bankAccount } }, t.admin);
  expectCode(answer, 'BAD_USER_INPUT', { field });
  expect(answer.text).not.toContain(account.slice(0, 8));
});

test.each(['["a planted password"]', '{ a: "a planted password" }'])(
  'a password of the wrong type in the document is not told back: %s',
  async (literal) => {
    const answer = await t.gql(`mutation { login(username: "admin", password: ${literal}) { token } }`);
    expectCode(answer, 'GRAPHQL_VALIDATION_FAILED');
    expect(answer.text).not.toContain('planted');
  },
);

test('a missing variable is told by its name', async () => {
  const answer = await t.gql(edit, {}, t.admin);
  expect(answer.errors?.[0]?.message).toBe(
    'Variable "$x" of required type "EditEmployeeInput!" was not provided.',
  );
});

test('null for a field that may not be null names the field', async () => {
  const answer = await t.gql(edit, { x: { id, version: null } }, t.admin);
  expectCode(answer, 'BAD_USER_INPUT', { field: 'version' });
});
