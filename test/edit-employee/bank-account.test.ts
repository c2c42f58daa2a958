import { createDecipheriv, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { send } from '../client.js';
import { expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, readEverything, whileRefusing } from '../invariants.js';
import { auditOf, edit, editEmployee, edited, hired, read } from './support.js';

const dataKey = 'another data key for tests, of more than 32 bytes';
const t = await useStipend({ DATA_KEY: dataKey, LOG_LEVEL: 'debug' });

const iban = 'DE89370400440532013000';
const account = { holder: 'Ann Other', country: 'DE', accountNumber: iban };

/** @returns what the database keeps of an employee's account */
async function stored(id: string) {
  const [row] = await t.database.sql<{
    bank_holder: string | null;
    bank_country: string | null;
    bank_last_four: string | null;
    bank_account_sealed: Buffer | null;
  }>('SELECT bank_holder, bank_country, bank_last_four, bank_account_sealed FROM employees WHERE id = $1', [
    id,
  ]);
  if (!row) throw new Error('there is no such employee');
  return row;
}

/** Opens a sealed number with nothing but the key and the standard: a byte of format, the nonce, the tag, the ciphertext. */
function open(sealed: Buffer | null, employeeId: string): string {
  if (!sealed) throw new Error('nothing is sealed');
  const key = Buffer.from(hkdfSync('sha256', dataKey, '', 'stipend bank account', 32));
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(employeeId));
  decipher.setAuthTag(sealed.subarray(13, 29));
  return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]).toString();
}

/** Every way in which the number, or all but its last four characters, might be written down. */
function writings(accountNumber: string): string[] {
  const secret = accountNumber.slice(0, -4);
  return [
    secret,
    secret.toLowerCase(),
    Buffer.from(secret).toString('hex'),
    Buffer.from(accountNumber).toString('base64').slice(0, 20),
  ];
}

test('only the last four characters of an account are shown, to everybody', async () => {
  const after = await edited(t, { id: t.employee.employeeId, version: 1, bankAccount: account });
  const shown = { holder: 'Ann Other', country: 'DE', lastFour: '3000' };
  expect(after).toMatchObject({ version: 2, bankAccount: shown });
  for (const viewer of [t.admin, t.viewer, t.employee]) {
    const query = '{ employees { nodes { bankAccount { holder country lastFour } } } }';
    const answer = await t.gql(query, {}, viewer);
    expect(answer.data.employees.nodes[0].bankAccount).toEqual(shown);
    expect(answer.text).not.toContain(iban.slice(0, -4));
  }
});

test('the number is in no column of any table, in no log line and in no answer', async () => {
  const { id } = await hired(t);
  const accountNumber = 'GB82WEST12345698765432';
  const answer = await edit(t, { id, version: 1, bankAccount: { ...account, country: 'GB', accountNumber } });
  const everything = (await readEverything(t.database)).join('\n');
  for (const writing of writings(accountNumber)) {
    for (const place of [everything, t.logLines.join('\n'), t.statements.join('\n'), answer.text]) {
      expect(place.includes(writing)).toBe(false);
    }
  }
  expect((await auditOf(t, id)).map(({ changes }) => changes)).toEqual([
    [{ field: 'bankAccount', before: null, after: 'Ann Other, GB, …5432' }],
  ]);
});

test('the number is sealed by AES-256-GCM under DATA_KEY, for this employee only, never twice alike', async () => {
  const [a, b] = [await hired(t), await hired(t)];
  for (const { id } of [a, b]) await edited(t, { id, version: 1, bankAccount: account });
  const [sealedA, sealedB] = [await stored(a.id), await stored(b.id)].map((row) => row.bank_account_sealed);
  expect(open(sealedA ?? null, a.id)).toBe(iban);
  expect(open(sealedB ?? null, b.id)).toBe(iban);
  expect(() => open(sealedA ?? null, b.id)).toThrow();
  expect(sealedA?.equals(sealedB ?? Buffer.of())).toBe(false);
});

test.each([
  ['DE89 3704 0044 0532 0130 00', iban],
  ['12-34-56 78901234', '12345678901234'],
  ['00012', '00012'],
  ['A'.repeat(34), 'A'.repeat(34)],
])('the number %s is kept as %s', async (accountNumber, kept) => {
  const { id } = await hired(t);
  const after = await edited(t, { id, version: 1, bankAccount: { ...account, accountNumber } });
  expect(after.bankAccount.lastFour).toBe(kept.slice(-4));
  expect(open((await stored(id)).bank_account_sealed, id)).toBe(kept);
});

test('null removes an account, and an absent one stays', async () => {
  const { id } = await hired(t);
  await edited(t, { id, version: 1, bankAccount: account });
  expect((await edited(t, { id, version: 2, name: 'Ann' })).bankAccount).not.toBeNull();
  const after = await edited(t, { id, version: 3, bankAccount: null });
  expect(after).toMatchObject({ version: 4, bankAccount: null });
  expect(Object.values(await stored(id))).toEqual([null, null, null, null]);
  const last = (await auditOf(t, id)).find(({ changes }) => changes[0]?.after === null);
  expect(last?.changes).toEqual([{ field: 'bankAccount', before: 'Ann Other, DE, …3000', after: null }]);
});

test('an account takes the place of another one whole', async () => {
  const { id } = await hired(t);
  await edited(t, { id, version: 1, bankAccount: account });
  const after = await edited(t, {
    id,
    version: 2,
    bankAccount: { holder: 'A. Other', country: 'US', accountNumber: '000123456789' },
  });
  expect(after.bankAccount).toEqual({ holder: 'A. Other', country: 'US', lastFour: '6789' });
  expect(open((await stored(id)).bank_account_sealed, id)).toBe('000123456789');
});

test('the number in place answers as any other number with its last four does, so that nobody can find it by trying', async () => {
  const { id } = await hired(t);
  await edited(t, { id, version: 1, bankAccount: account });
  const right = await edited(t, { id, version: 2, bankAccount: account });
  const wrong = await edited(t, {
    id,
    version: 3,
    bankAccount: { ...account, accountNumber: '00000000003000' },
  });
  expect({ ...wrong, version: 3 }).toEqual(right);
  expect(await auditOf(t, id)).toHaveLength(3);
});

test('an edit whose audit entry cannot be written changes nothing, and its number is not logged', async () => {
  const { id } = await hired(t);
  const input = {
    id,
    version: 1,
    name: 'Ann',
    salary: { amount: '1', currency: 'EUR' },
    bankAccount: account,
  };
  for (const [table, condition] of [
    ['audit_entries', `action = 'employee.edited'`],
    ['salary_changes', 'amount_minor = 100'],
    ['employees', `bank_country = 'DE'`],
  ] as const) {
    await whileRefusing(t.database, table, condition, () =>
      expectRefusal(t.database, () => edit(t, input), { code: 'INTERNAL_SERVER_ERROR' }),
    );
  }
  for (const writing of writings(iban)) expect(t.logLines.join('\n').includes(writing)).toBe(false);
  expect((await edited(t, input)).version).toBe(2);
});

test('without DATA_KEY a new account is SERVICE_UNAVAILABLE, and all else can be edited', async () => {
  const { id } = await hired(t);
  await edited(t, { id, version: 1, bankAccount: account });
  const { url } = await t.startAnother({ DATA_KEY: '' });
  const keyless = (input: object) =>
    send(url, { query: editEmployee, variables: { input: { id, ...input } }, token: t.admin.token });
  const attempt = () => keyless({ version: 2, name: 'Ann', bankAccount: account });
  await expectRefusal(t.database, attempt, { code: 'SERVICE_UNAVAILABLE', field: 'bankAccount' });
  expectData(await keyless({ version: 2, name: 'Ann' }));
  expect((await read(t, id)).bankAccount.lastFour).toBe('3000');
  expect(
    (await keyless({ version: 3, bankAccount: null })).data.editEmployee.employee.bankAccount,
  ).toBeNull();
});

const badAccounts: Array<[part: string, values: unknown[]]> = [
  ['holder', ['', '  ', 'a\u0000b', '\ud800', 'x'.repeat(201), 'x'.repeat(200_000), null, 1, {}]],
  ['country', ['', 'de', 'D', 'DEU', 'D1', ' DE', 'ÄÖ', 'D\u0000', '\ud800', null, 1, 'x'.repeat(200_000)]],
  [
    'accountNumber',
    [
      '',
      '1234',
      '----',
      'DE8-9',
      'A'.repeat(35),
      'DE89.3704',
      'DE89\n3704',
      '１２３４５',
      '12345\u0000',
      '12345\ud800',
      'x'.repeat(200_000),
      null,
      12345678,
      {},
    ],
  ],
];

for (const [part, values] of badAccounts) {
  test(`a bad ${part} is BAD_USER_INPUT that names it, and changes nothing`, async () => {
    const { id } = await hired(t);
    for (const value of values) {
      const input = { id, version: 1, name: 'Ann', bankAccount: { ...account, [part]: value } };
      const refused = { code: 'BAD_USER_INPUT', field: `bankAccount.${part}` };
      const error = await expectRefusal(t.database, () => edit(t, input), refused);
      expect(error.message.length).toBeLessThan(400);
    }
  });
}

test('all of it leaves the database sound', () => expectInvariants(t.database));
