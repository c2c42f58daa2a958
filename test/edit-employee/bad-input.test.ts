import { expect, test } from 'vitest';
import { expectCode } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal, faultsIn } from '../invariants.js';
import { edit, editEmployee, edited } from './support.js';

const t = await useStipend();
const id = await insertEmployee(t.database);
const huge = 'x'.repeat(200_000);

const badTexts = [
  '',
  '  ',
  '\n',
  'a\u0000b',
  '\u0007',
  '\u007f',
  '\ud800',
  'a\udc00b',
  'x'.repeat(201),
  huge,
  1,
  true,
  {},
  [],
];

const badFields: Array<[field: string, values: unknown[]]> = [
  ['name', badTexts],
  ['title', badTexts],
  ['department', badTexts],
  [
    'email',
    [
      ...badTexts,
      ...[
        'ann',
        'ann@',
        '@example.com',
        'ann@example',
        'ann@example.',
        'a b@example.com',
        'ann@@example.com',
      ],
      ...[
        'ann@exam ple.com',
        'ann@example.com\u0000',
        'ann@example.com\nbcc:x@example.com',
        'a@b@example.com',
      ],
      `${'x'.repeat(250)}@example.com`,
    ],
  ],
  ['salaryUnit', ['WEEK', 'month', '', 0, 1, true, {}, huge, '\u0000', '\ud800']],
  [
    'salaryEffectiveFrom',
    [
      '2026-02-30',
      '2026-13-01',
      '01.12.2026',
      '',
      '1899-12-31',
      '0000-01-01',
      'today',
      20261201,
      huge,
      '\ud800',
      {},
    ],
  ],
  ['salary', ['5000', 5000, 'EUR']],
  ['bankAccount', ['DE89370400440532013000', 1, true]],
  [
    'id',
    [
      '',
      'x',
      '1',
      1,
      `${id}0`,
      id.slice(1),
      `${id}\u0000`,
      '\ud800',
      `{${id}}`,
      "' OR 1=1 --",
      huge,
      null,
      {},
      true,
    ],
  ],
  ['version', ['1', 1.5, 2_147_483_648, -2_147_483_649, 1e100, null, true, {}, []]],
];

for (const [field, values] of badFields) {
  test(`"${field}" of a wrong type, form or length is BAD_USER_INPUT that names it, and changes nothing`, async () => {
    for (const value of values) {
      // A salary goes with its day: a bad day is to be what is found wrong.
      const salary = field === 'salaryEffectiveFrom' ? { salary: { amount: '1', currency: 'EUR' } } : {};
      const input = { id, version: 1, title: 'Lead', ...salary, [field]: value };
      const error = await expectRefusal(t.database, () => edit(t, input), { code: 'BAD_USER_INPUT', field });
      expect(error.message.length).toBeLessThan(400);
    }
  });
}

test.each(['name', 'email', 'title', 'department', 'salary', 'salaryUnit', 'salaryEffectiveFrom'])(
  'null is BAD_USER_INPUT for "%s", which may not be empty, in a variable and in the document',
  async (field) => {
    const refused = { code: 'BAD_USER_INPUT', field };
    await expectRefusal(t.database, () => edit(t, { id, version: 1, [field]: null }), refused);
    const query = `mutation { editEmployee(input: { id: "${id}", version: 1, ${field}: null }) { employee { id } } }`;
    await expectRefusal(t.database, () => t.gql(query, {}, t.admin), refused);
  },
);

test('a variable that is not given is a field that is absent', async () => {
  const query = `mutation ($name: String, $account: BankAccountInput) {
    editEmployee(input: { id: "${id}", version: 1, name: $name, bankAccount: $account }) { employee { version } }
  }`;
  expect((await t.gql(query, {}, t.admin)).data.editEmployee.employee.version).toBe(1);
  const refused = { code: 'BAD_USER_INPUT', field: 'name' };
  await expectRefusal(t.database, () => t.gql(query, { name: null }, t.admin), refused);
});

test('a field that there is not, or one that is missing, is BAD_USER_INPUT that names it', async () => {
  const faults: Array<[object, string]> = [
    [{ id }, 'version'],
    [{ version: 1 }, 'id'],
    [{ id, version: 1, status: 'TERMINATED' }, 'status'],
    [{ id, version: 1, bankLastFour: '1' }, 'bankLastFour'],
  ];
  for (const [input, field] of faults) {
    await expectRefusal(t.database, () => edit(t, input), { code: 'BAD_USER_INPUT', field });
  }
  for (const variables of [{}, { input: null }, { input: 'x' }, { input: 1 }]) {
    const answer = await t.gql(editEmployee, variables, t.admin);
    expectCode(answer, 'BAD_USER_INPUT');
  }
});

test('what does not fit the schema in the document is a validation error', async () => {
  for (const fields of [
    'version: "1"',
    'version: 1, salaryUnit: WEEK',
    'version: 1, name: 5',
    'version: null',
    'version: 1, salaryUnit: "YEAR"',
  ]) {
    const query = `mutation { editEmployee(input: { id: "${id}", ${fields} }) { employee { id } } }`;
    await expectRefusal(t.database, () => t.gql(query, {}, t.admin), { code: 'GRAPHQL_VALIDATION_FAILED' });
  }
});

test('the longest text of the widest characters is taken', async () => {
  const widest = '😀'.repeat(100);
  const longestEmail = `${'x'.repeat(242)}@example.com`;
  const after = await edited(t, {
    id,
    version: 1,
    name: widest,
    title: widest,
    department: widest,
    email: longestEmail,
  });
  expect(after).toMatchObject({ name: widest, title: widest, department: widest, email: longestEmail });
});

test('nothing of all this is a fault of the server, and the database is sound', async () => {
  expect(faultsIn(t.logLines)).toEqual([]);
  await expectInvariants(t.database);
});
