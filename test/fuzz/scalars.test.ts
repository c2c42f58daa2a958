import fc from 'fast-check';
import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import {
  anyJson,
  anyText,
  expectSoundAnswer,
  expectUnharmed,
  literal,
  operation,
  runs,
  send,
  timeFor,
} from './support.js';

const t = await useStipend();

/** An operation that takes a value of the scalar, with the type of its variable. */
interface Place {
  type: string;
  /** @param value a variable or a literal */
  document(value: string): string;
}

const id = JSON.stringify(t.employee.employeeId);
const pay = (type: string, fields: (value: string) => string): Place => ({
  type,
  document: (value) => `mutation { issuePayment(input: { employeeId: ${id}, ${fields(value)} }) {
    replayed payment { id note amount { amount currency } period { start end } } } }`,
});
const bonus = 'kind: BONUS, amount: { amount: "1.00", currency: "EUR" }';
const edit = (type: string, fields: (value: string) => string): Place => ({
  type,
  document: (value) => `mutation { editEmployee(input: { id: ${id}, version: 1, ${fields(value)} }) {
    employee { id name email bankAccount { holder lastFour } } } }`,
});
const read = (type: string, fields: (value: string) => string): Place => ({
  type,
  document: (value) => `{ ${fields(value)} }`,
});

const places: Record<string, Place[]> = {
  Decimal: [
    pay('Decimal!', (value) => `kind: BONUS, amount: { amount: ${value}, currency: "EUR" }`),
    edit('Decimal!', (value) => `salary: { amount: ${value}, currency: "EUR" }`),
  ],
  Currency: [
    pay('Currency!', (value) => `kind: BONUS, amount: { amount: "1", currency: ${value} }`),
    read('Currency', (value) => `payments(filter: { currency: ${value} }) { totalCount nodes { id } }`),
  ],
  Date: [
    pay(
      'Date!',
      (value) => `period: { start: ${value}, end: ${value} }, amount: { amount: "1", currency: "EUR" }`,
    ),
    read('Date!', (value) => `employee(id: ${id}) { salaryAt(date: ${value}) { effectiveFrom } }`),
    edit('Date', (value) => `salary: { amount: "1", currency: "EUR" }, salaryEffectiveFrom: ${value}`),
  ],
  DateTime: [
    read(
      'DateTime',
      (value) => `payments(filter: { issuedFrom: ${value}, issuedTo: ${value} }) { totalCount nodes { id } }`,
    ),
  ],
  ID: [
    read('ID!', (value) => `employee(id: ${value}) { id } payment(id: ${value}) { id }`),
    pay('ID', (value) => `${bonus}, replaces: ${value}`),
    read('ID', (value) => `payments(filter: { employeeId: ${value}, payRunId: ${value} }) { totalCount }`),
  ],
  String: [
    read(
      'String',
      (value) => `employees(filter: { search: ${value}, department: ${value} }) { totalCount nodes { id } }`,
    ),
    read('String', (value) => `payments(after: ${value}) { nodes { id } }`),
    pay('String', (value) => `${bonus}, note: ${value}, idempotencyKey: ${value}`),
    edit('String', (value) => `name: ${value}, email: ${value}, title: ${value}`),
    edit('String!', (value) => `bankAccount: { holder: ${value}, country: "DE", accountNumber: ${value} }`),
    {
      type: 'String!',
      document: (value) => `mutation { login(username: ${value}, password: ${value}) { token } }`,
    },
    { type: 'String!', document: (value) => `mutation { refreshSession(refreshToken: ${value}) { token } }` },
  ],
};

/** Text that is nearly of the scalar's form. */
const near: Record<string, fc.Arbitrary<unknown>> = {
  Decimal: fc.oneof(
    fc.stringMatching(/^[-+]?[0-9]{0,40}([.,][0-9]{0,20})?([eE][-+]?[0-9]{1,4})?$/),
    fc.double(),
    fc.bigInt({ max: 10n ** 30n }).map(String),
    fc.constantFrom('NaN', 'Infinity', '0x1f', '1_000', '٣', ' 1', '1 ', '1\u0000', '9223372036854775808'),
  ),
  Currency: fc.oneof(
    fc.stringMatching(/^[A-Za-z]{2,4}$/),
    fc.constantFrom('EUR', 'JPY', 'XXX', 'XAU', 'eur', 'EUR\n', '__proto__'),
  ),
  Date: fc.oneof(
    fc.stringMatching(/^[-+]?[0-9]{0,6}-[0-9]{1,2}-[0-9]{1,2}$/),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString().split('T')[0] ?? ''),
    fc.constantFrom('2023-02-29', '2024-02-29', '0000-00-00', '9999-12-31', '2026-W01-1', '20260101'),
  ),
  DateTime: fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.stringMatching(
      /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,12})?)?(Z|[-+][0-9]{2}:[0-9]{2})?$/,
    ),
    fc.integer(),
    fc.constantFrom(
      '-infinity',
      'now',
      '9999-12-31T23:59:60Z',
      '0000-01-01T00:00:00Z',
      '2026-01-01T24:00:00Z',
    ),
  ),
  ID: fc.oneof(
    fc.uuid(),
    fc.uuid().map((uuid) => uuid.toUpperCase()),
    fc.uuid().map((uuid) => uuid.replaceAll('-', '')),
    fc.constantFrom(t.employee.employeeId, t.admin.id, `{${t.admin.id}}`),
    fc.integer(),
  ),
  String: fc.oneof(
    fc.constantFrom(
      "'",
      '%',
      '_',
      '\\',
      '\u0000',
      '\ud800',
      '\u202e',
      'İ',
      'ß',
      'ﷺ',
      "'; DROP TABLE users; --",
    ),
    fc.constantFrom('x'.repeat(300), '€'.repeat(5_000), 'e\u0301'.repeat(200)),
    fc.base64String(),
  ),
};

/** What is fuzzed is no use unless it gets past validation. */
const good: Record<string, string> = {
  Decimal: '1.00',
  Currency: 'EUR',
  Date: '2026-01-01',
  DateTime: '2026-01-01T00:00:00Z',
  ID: t.employee.employeeId,
  String: 'text',
};

const withVariable = ({ type, document }: Place) =>
  document('$value').replace(
    /^(query|mutation)? ?/,
    (kind) => `${kind.trim() || 'query'} ($value: ${type}) `,
  );

test('each place takes a value of its scalar, as a variable and as a literal', async () => {
  for (const [scalar, where] of Object.entries(places)) {
    for (const place of where) {
      const variables = { value: good[scalar] };
      for (const body of [
        { query: withVariable(place), variables },
        { query: place.document(literal(good[scalar])) },
      ]) {
        const { text } = await send(t.url, operation(t, JSON.stringify(body)));
        expect(text, body.query).not.toMatch(/GRAPHQL_(PARSE|VALIDATION)_FAILED/);
      }
    }
  }
});

const value = (scalar: string) => fc.oneof(near[scalar] ?? anyText, anyText, anyJson);

for (const [scalar, where] of Object.entries(places)) {
  test(`any value as a variable of type ${scalar}`, { timeout: timeFor(runs) }, async () => {
    const input = fc.tuple(fc.constantFrom(...where), value(scalar));
    const check = async ([place, given]: [Place, unknown]) => {
      const body = { query: withVariable(place), variables: { value: given } };
      expectSoundAnswer(await send(t.url, operation(t, JSON.stringify(body))));
    };
    await fc.assert(fc.asyncProperty(input, check), { numRuns: Math.ceil(runs / 2) });
    await expectUnharmed(t);
  });

  test(`any value as a literal of type ${scalar}`, { timeout: timeFor(runs) }, async () => {
    const input = fc.tuple(fc.constantFrom(...where), value(scalar).map(literal));
    const check = async ([{ document }, text]: [Place, string]) => {
      expectSoundAnswer(await send(t.url, operation(t, JSON.stringify({ query: document(text) }))));
    };
    await fc.assert(fc.asyncProperty(input, check), { numRuns: Math.ceil(runs / 2) });
    await expectUnharmed(t);
  });
}

test('an amount that is taken is paid as it was written, to the last digit', {
  timeout: timeFor(runs),
}, async () => {
  const amount = fc.tuple(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 99 }));
  const query = places.Decimal?.[0]?.document('$value').replace('mutation', 'mutation ($value: Decimal!)');
  const check = async ([units, cents]: [number, number]) => {
    const written = `${units}.${String(cents).padStart(2, '0')}`;
    const reply = await send(t.url, operation(t, JSON.stringify({ query, variables: { value: written } })));
    const { data } = JSON.parse(reply.text);
    const isTooMuch = units === 10_000_000 && cents > 0;
    if (written === '0.00' || isTooMuch) expect(data?.issuePayment ?? null).toBeNull();
    else expect(data.issuePayment.payment.amount.amount).toBe(written);
  };
  await fc.assert(fc.asyncProperty(amount, check), { numRuns: Math.ceil(runs / 5) });
});
