import { expect, test } from 'vitest';
import { edit, edited, hired } from '../edit-employee/support.js';
import { useStipend } from '../harness.js';

const t = await useStipend();
const iban = 'DE89370400440532013000';
const german = (accountNumber: string) => ({ holder: 'Ann Other', country: 'DE', accountNumber });

test.each([
  'DE89 3704 0044 0532 0130 00',
  'de89370400440532013000',
  'IBAN DE89 3704 0044 0532 0130 00',
  'IBANDE89370400440532013000',
  'iban: DE89-3704-0044-0532-0130-00',
  'DE89\u00a03704\u20090044\u202f0532\u30000130\t00\n',
  '\u200bDE89\u200b3704\ufeff0044\u20600532013000',
])('the pasted number %j is an IBAN', async (accountNumber) => {
  const { id } = await hired(t);
  const { bankAccount } = await edited(t, { id, version: 1, bankAccount: german(accountNumber) });
  expect(bankAccount).toEqual({ holder: 'Ann Other', country: 'DE', lastFour: '3000' });
  // The same number is stored, whatever it was written like.
  const [change] = await t.database.sql<{ length: number }>(
    'SELECT length(bank_account_sealed) AS length FROM employees WHERE id = $1',
    [id],
  );
  const plain = await hired(t);
  await edited(t, { id: plain.id, version: 1, bankAccount: german(iban) });
  const [same] = await t.database.sql<{ length: number }>(
    'SELECT length(bank_account_sealed) AS length FROM employees WHERE id = $1',
    [plain.id],
  );
  expect(change).toEqual(same);
});

test.each([
  ['a wrong digit', 'DE', 'DE89370400440532013001'],
  ['two digits that changed places', 'DE', 'DE89370400440532010300'],
  ['a digit too few', 'DE', 'DE8937040044053201300'],
  ['a digit too many', 'DE', 'DE893704004405320130000'],
  ['another letter', 'DE', 'D389370400440532013000'],
  ['another country', 'FR', iban],
  ['a country that has no IBAN', 'US', iban],
  ['no country that there is', 'DE', 'ZZ89370400440532013000'],
  ['the word alone', 'DE', 'IBAN'],
])('an IBAN with %s is refused', async (_what, country, accountNumber) => {
  const { id } = await hired(t);
  const answer = await edit(t, { id, version: 1, bankAccount: { ...german(accountNumber), country } });
  expect(answer.errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'bankAccount.accountNumber',
  });
  expect(answer.text).not.toContain(accountNumber.slice(-8));
});

test.each(['ZZ', 'XX', 'UK', 'AA', 'EU', 'SU', 'de', 'D', 'DEU', '', '__'])(
  'the country %j is not in ISO 3166',
  async (country) => {
    const { id } = await hired(t);
    const answer = await edit(t, { id, version: 1, bankAccount: { ...german('000123456789'), country } });
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'bankAccount.country',
    });
  },
);

test.each([
  ['US', '000123456789'],
  ['JP', '1234567'],
  ['GB', 'GB82WEST12345698765432'],
  ['GB', '12-34-56 12345678'],
  ['NO', 'NO9386011117947'],
  ['MT', 'MT84MALT011000012345MTLCAST001S'],
])('an account of %s: %s', async (country, accountNumber) => {
  const { id } = await hired(t);
  const after = await edited(t, { id, version: 1, bankAccount: { ...german(accountNumber), country } });
  expect(after.bankAccount).toMatchObject({ country, lastFour: accountNumber.slice(-4) });
});
