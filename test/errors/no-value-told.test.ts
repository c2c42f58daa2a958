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

/** By scalar: an operation with a place for a value. */
const places: Array<[scalar: string, type: string, operation: (value: string) => string]> = [
  ['Date', 'Date!', (value) => `{ employee(id: "${id}") { salaryAt(date: ${value}) { unit } } }`],
  ['DateTime', 'DateTime', (value) => `{ payments(filter: { issuedFrom: ${value} }) { totalCount } }`],
  ['Decimal', 'Decimal!', (value) => pay(`amount: ${value}, currency: "EUR"`)],
  ['Currency', 'Currency!', (value) => pay(`amount: "1", currency: ${value}`)],
  ['Int', 'Int', (value) => `{ payments(first: ${value}) { totalCount } }`],
  ['Boolean', 'Boolean!', (value) => `{ me { id @include(if: ${value}) } }`],
  [
    'enum',
    'Role!',
    (value) =>
      `mutation { createUser(input: { username: "u", password: "p", role: ${value} }) { user { id } } }`,
  ],
];
const pay = (amount: string) =>
  `mutation { issuePayment(input: { employeeId: "${id}", kind: BONUS, amount: { ${amount} } }) { replayed } }`;

const planted = [
  'planted',
  'planted: at "planted"; cannot represent planted, found planted has invalid value planted',
  `2031-13-45 planted ${'planted '.repeat(100)}`,
];

test.each(places)(
  'a refused %s is quoted in no message, as a variable and as a literal',
  async (_scalar, type, operation) => {
    for (const value of [...planted, planted, { planted: 'planted' }, 2031.5]) {
      const [kind, rest] = splitKind(operation('$value'));
      const asVariable = await t.gql(`${kind} ($value: ${type}) ${rest}`, { value }, t.admin);
      const asLiteral = await t.gql(operation(literalOf(value)), {}, t.admin);
      for (const { errors, text } of [asVariable, asLiteral]) {
        expect(errors?.length, text).toBeGreaterThan(0);
        expect(text).not.toMatch(/planted|2031/i);
      }
    }
  },
);

function splitKind(document: string): [kind: string, rest: string] {
  return document.startsWith('mutation')
    ? ['mutation', document.slice('mutation'.length)]
    : ['query', document];
}

function literalOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literalOf).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([name, inner]) => `${name}: ${literalOf(inner)}`)} }`;
}

test.each([
  'login("planted")',
  'login("""planted""" 1)',
  'a(b: 1 }) c 2031',
  'me { id "planted" }',
  '2031.5 { a }',
])('a syntax error does not quote a value: %s', async (text) => {
  const answer = await t.gql(`{ ${text} }`);
  expectCode(answer, 'GRAPHQL_PARSE_FAILED');
  expect(answer.text).not.toMatch(/planted|2031/i);
});

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

test.each([
  ['a mutation', edit, { x: [] }, 'x'],
  ['a field of a mutation', edit, { x: { id, version: 1, bankAccount: [] } }, 'bankAccount'],
  ['a field of a mutation, with something in it', edit, { x: { id, version: 1, salary: [{}] } }, 'salary'],
  [
    'a filter',
    'query ($filter: PaymentFilter) { payments(filter: $filter) { totalCount } }',
    { filter: [] },
    'filter',
  ],
])(
  'a list for the input object of %s is refused with the name of the field',
  async (_name, query, variables, field) => {
    for (const _time of [1, 2]) {
      const answer = await t.gql(query, variables, t.admin);
      expectCode(answer, 'BAD_USER_INPUT', { field });
      expect(answer.errors?.[0]?.message).toMatch(/^"\w+": Expected type "\w+" to be an object\.$/);
    }
  },
);

test('a name that is no value of an enum is not quoted, and others are suggested', async () => {
  const answer = await t.gql('{ employees(filter: { status: ACTIVES }) { totalCount } }', {}, t.admin);
  expectCode(answer, 'GRAPHQL_VALIDATION_FAILED');
  expect(answer.errors?.[0]?.message).toMatch(
    /^The value does not exist in "EmployeeStatus" enum\. Did you mean the enum value "ACTIVE"/,
  );
});

test('a value that is no day, or no instant, is refused with the form that it should have', async () => {
  const period = { start: '2026-02-30', end: '2026-03-31' };
  const query = 'query ($filter: EmployeeFilter) { employees(filter: $filter) { totalCount } }';
  const day = expectCode(
    await t.gql(query, { filter: { withoutSalaryFor: period } }, t.admin),
    'BAD_USER_INPUT',
  );
  expect(day.message).toBe('"filter.withoutSalaryFor.start": Expected a day such as 2026-01-31.');
  const paid = 'query ($filter: PaymentFilter) { payments(filter: $filter) { totalCount } }';
  const instant = expectCode(await t.gql(paid, { filter: { issuedFrom: 'now' } }, t.admin), 'BAD_USER_INPUT');
  expect(instant.message).toBe('"filter.issuedFrom": Expected an instant such as 2026-01-31T12:00:00Z.');
});
