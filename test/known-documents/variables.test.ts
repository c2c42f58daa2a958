import { expect, test } from 'vitest';
import {
  bodyOf,
  codesOf,
  companyStatements,
  expectSameOfKnown,
  makeKnown,
  send,
  sendKnown,
  unseen,
  useServer,
} from './support.js';

const t = await useServer();
const { token } = t.admin;

const { employeeId } = t.employee;
const input = { employeeId, amount: { amount: '1.00', currency: 'EUR' }, kind: 'BONUS' };
const pay = {
  query: unseen('mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } } }'),
  variables: { input },
  token,
};
const read = {
  query: unseen(
    `query ($first: Int, $filter: EmployeeFilter, $from: DateTime) { employees(first: $first, filter: $filter) { nodes { id } }
       payments(filter: { issuedFrom: $from }) { nodes { id } } }`,
  ),
  variables: { first: 2, filter: { status: 'ACTIVE' } },
  token,
};
for (const sent of [pay, read]) await makeKnown(t, sent);

const { employeeId: _employeeId, ...withoutEmployee } = input;

/** What can be wrong with variables. */
const cases: Array<[string, typeof pay | typeof read, unknown]> = [
  ['none, where one is required', pay, undefined],
  ['null for all of them', pay, null],
  ['null for a required one', pay, { input: null }],
  ['a required field missing', pay, { input: withoutEmployee }],
  ['null for a required field', pay, { input: { ...input, employeeId: null } }],
  ['null for a field that has a default', pay, { input: { ...input, kind: null } }],
  ['unknown fields', pay, { input: { ...input, extra: 1, amount: { ...input.amount, cents: 1 } } }],
  ['a field called __proto__', pay, JSON.parse(`{"input":{"__proto__":${JSON.stringify(input)}}}`)],
  ['a list for an object', pay, { input: [input] }],
  ['a value that an enum does not have', pay, { input: { ...input, kind: 'constructor' } }],
  ['an object for an id', pay, { input: { ...input, employeeId: {} } }],
  ['a number beyond 32 bits for an Int', read, { first: 2_147_483_648 }],
  ['a text for an Int', read, { first: '1' }],
  ['a number for a text', read, { filter: { search: 5 } }],
  ['a day for an instant', read, { from: '2026-11-22' }],
  ['errors in several variables', read, { first: 'x', filter: { status: 'x', other: 1, search: 5 } }],
  ['a text for all of them', read, '{"first":1}'],
  ['a list for all of them', read, [{ first: 1 }]],
];

test.each(cases)(
  '%s: refused as if the document was not known, and nothing is run',
  async (_what, sent, variables) => {
    const paid = await t.database.sql('SELECT id FROM payments');
    for (const headers of [{}, { accept: 'application/graphql-response+json' }]) {
      const statements = companyStatements(t);
      const answer = await expectSameOfKnown(t, { ...sent, variables, headers });
      expect(bodyOf(answer).data).toBeUndefined();
      expect(new Set(codesOf(answer))).toEqual(new Set(['BAD_USER_INPUT']));
      expect(companyStatements(t)).toBe(statements);
    }
    expect(await t.database.sql('SELECT id FROM payments')).toEqual(paid);
    expect(codesOf(await sendKnown(t, read))).toEqual([]);
  },
);

test('a field whose variable is absent stays as it is, and one whose variable is null is cleared', async () => {
  await t.database.sql(
    `UPDATE employees SET bank_holder = 'Emil', bank_country = 'DE', bank_last_four = '1234', bank_account_sealed = 'sealed'
     WHERE id = $1`,
    [employeeId],
  );
  const query = unseen(
    `mutation ($id: ID!, $version: Int!, $name: String, $title: String, $account: BankAccountInput) {
       editEmployee(input: { id: $id, version: $version, name: $name, title: $title, bankAccount: $account }) {
         employee { version name title bankAccount { lastFour } } } }`,
  );
  const edit = async (variables: object) =>
    bodyOf(await send(t, { query, variables: { id: employeeId, ...variables }, token })).data?.editEmployee;
  for (const version of [1, 2, 3]) {
    const title = `Title ${version}`;
    expect(await edit({ version, title })).toEqual({
      employee: { version: version + 1, name: 'Emil Own', title, bankAccount: { lastFour: '1234' } },
    });
  }
  expect(await edit({ version: 4, name: null })).toBeNull();
  expect(await edit({ version: 4, account: null })).toMatchObject({ employee: { bankAccount: null } });
});
