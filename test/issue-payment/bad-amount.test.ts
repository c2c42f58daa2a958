import { test } from 'vitest';
import { post } from '../client.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { expectInvariants, expectRefusal } from '../invariants.js';
import { bonus, issuePayment, pay } from './support.js';

const t = await useStipend();

const inEuro = await insertEmployee(t.database);
const inYen = await insertEmployee(t.database, { currency: 'JPY' });
const inDinar = await insertEmployee(t.database, { currency: 'BHD' });
const employees = new Map([
  ['EUR', inEuro],
  ['JPY', inYen],
  ['BHD', inDinar],
]);

const badAmounts: Array<[currency: string, amount: unknown]> = [
  ['JPY', '0.1'],
  ['JPY', '1.'],
  ['EUR', '1.005'],
  ['BHD', '1.0005'],
  ...[
    ...['1e3', '1E3', '1e-1', 'NaN', 'Infinity', '-Infinity', '-1', '-0.01', '-0', '0', '0.00', '+1'],
    ...['', ' ', ' 1', '1 ', '1\n', '\t1', '1,5', '1.000,50', '1,000.50', '1_000', '1.', '.5', '1.0.0', '..'],
    ...['00', '01', '0x10', '0b1', '1n', '٣', '１', '1٫5', '½', '−1', '€1', '1 EUR', 'one', 'null'],
    ...['1\u0000', '\u00a01', '9'.repeat(40), `0.${'0'.repeat(40)}1`, '99999999999999999999999999999'],
    ...['92233720368547758.08', '10000000.01', '9'.repeat(15_000)],
    ...[1, 1.5, 0, -1, 1e300, true, false],
  ].map((amount): [string, unknown] => ['EUR', amount]),
];

/** Long ones are cut in a title. */
const titled = badAmounts.map(([currency, amount]): [string, string, unknown] => {
  const text = JSON.stringify(amount);
  return [text.length > 60 ? `${text.slice(0, 20)}… of ${text.length}` : text, currency, amount];
});
const refused = { code: 'BAD_USER_INPUT', field: 'amount' };

test.each(titled)('the amount %s %s in a variable is BAD_USER_INPUT', async (_shown, currency, amount) => {
  const input = { ...bonus(employees.get(currency) ?? ''), amount: { amount, currency } };
  await expectRefusal(t.database, () => pay(t, input), refused);
});

test.each(titled)('the amount %s %s in the document is BAD_USER_INPUT', async (_shown, currency, amount) => {
  const money = `{ amount: ${JSON.stringify(amount)}, currency: "${currency}" }`;
  const query = `mutation {
    issuePayment(input: { employeeId: "${employees.get(currency)}", kind: BONUS, amount: ${money} }) { replayed }
  }`;
  await expectRefusal(t.database, () => t.gql(query, {}, t.admin), refused);
});

test.each([[[1]], [['1']], [{}], [{ amount: '1' }]])(
  'the amount %j in a variable is BAD_USER_INPUT',
  async (amount) => {
    const input = { ...bonus(inEuro), amount: { amount, currency: 'EUR' } };
    await expectRefusal(t.database, () => pay(t, input), refused);
  },
);

test.each(['null', 'ONE', '{}', '["1"]', '{ amount: "1" }'])(
  'the amount %s in the document does not fit the schema',
  async (amount) => {
    const query = `mutation { issuePayment(input: {
    employeeId: "${inEuro}", kind: BONUS, amount: { amount: ${amount}, currency: "EUR" }
  }) { replayed } }`;
    await expectRefusal(t.database, () => t.gql(query, {}, t.admin), { code: 'GRAPHQL_VALIDATION_FAILED' });
  },
);

test('a number that JSON writes in its own way is BAD_USER_INPUT', async () => {
  for (const number of ['1e2', '100.00', '1E400', '-0', '12345678901234567890']) {
    const variables = JSON.stringify({ input: { ...bonus(inEuro), amount: { amount: 1, currency: 'EUR' } } });
    const body = `{"query":${JSON.stringify(issuePayment)},"variables":${variables.replace('"amount":1,', `"amount":${number},`)}}`;
    const attempt = () => post(t.url, body, { authorization: `Bearer ${t.admin.token}` });
    await expectRefusal(t.database, attempt, refused);
  }
});

test('all of it leaves the database sound', () => expectInvariants(t.database));
