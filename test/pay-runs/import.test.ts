import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { draft, giveAccount, giveComponent, type Run, run, send } from './support.js';

const t = await useStipend();

async function employee(email: string): Promise<string> {
  const id = await insertEmployee(t.database, { email });
  await giveAccount(t, id);
  return id;
}

const ann = await employee('Ann@example.com');
const ben = await employee('ben@example.com');
await giveComponent(t, ann, { component: { code: 'BONUS', kind: 'EARNING' }, percent: '1' });
await giveComponent(t, ben, {
  component: { code: 'TRAVEL', kind: 'REIMBURSEMENT' },
  rate: { amount: '0.30', currency: 'EUR' },
});

const imported = (payRun: Run) =>
  Object.fromEntries(
    payRun.items.nodes.map((item: Run) => [
      item.employee.id,
      item.lines
        .filter(({ source }: Run) => source === 'IMPORTED')
        .map(({ code, amount, units, note }: Run) => [code, amount.amount, units, note]),
    ]),
  );

test('lines of a file are entered by id or email address, as amounts or units, in the currency of the item', async () => {
  const { id, version } = await draft(t, { employeeIds: [ann, ben] });
  const csv = `\ufeffEmployee;Code;Amount;Units;Note\r\n"ann@EXAMPLE.com";BONUS;250.00;;"Well; done"\r\n\r\n${ben};TRAVEL;;118.5;\r\n`;
  const payRun = await run(t, 'import', { input: { id, version, csv } });
  expect(imported(payRun)).toEqual({
    [ann]: [['BONUS', '250.00', null, 'Well; done']],
    [ben]: [['TRAVEL', '35.55', '118.5', null]],
  });
  expect(payRun.version).toBe(version + 1);
});

test('the same file is imported once, and another one takes the place of its lines', async () => {
  const { id, version } = await draft(t, { employeeIds: [ann] });
  const csv = 'employee,code,amount,currency\nann@example.com,BONUS,1.00,EUR\n';
  const answers = await Promise.all([1, 2, 3].map(() => send(t, 'import', { input: { id, version, csv } })));
  const runs = answers.map((answer) => expectData(answer).run.payRun);
  expect(runs.map((one) => one.version)).toEqual([version + 1, version + 1, version + 1]);
  const other = { id, version: version + 1, csv: csv.replace('1.00', '2.00') };
  const payRun = await run(t, 'import', { input: other });
  expect(imported(payRun)[ann]).toEqual([['BONUS', '2.00', null, null]]);
  const again = await run(t, 'import', { input: { id, version, csv } });
  expect([again.version, again.contentHash]).toEqual([payRun.version, payRun.contentHash]);
  const audited = await t.database.sql(
    `SELECT changes FROM audit_entries WHERE action = 'pay_run.lines_imported' AND subject = $1`,
    [id],
  );
  expect(audited).toHaveLength(2);
});

test('an import takes an approval back, and whoever imported does not approve', async () => {
  const second = await t.account('anna', 'ADMIN');
  const third = await t.account('arno', 'ADMIN');
  const drafted = await draft(t, { employeeIds: [ann] });
  const approved = await run(t, 'approve', drafted, second);
  const csv = 'employee,code,amount\nann@example.com,BONUS,5\n';
  const payRun = await run(t, 'import', { input: { id: drafted.id, version: approved.version, csv } }, third);
  expect(payRun.status).toBe('DRAFT');
  expectCode(await send(t, 'approve', payRun, third), 'FORBIDDEN');
  expect((await run(t, 'approve', payRun, second)).status).toBe('APPROVED');
});

test.each([
  ['', /Line 1, employee: .*\nLine 1, code: /],
  ['employee,code,amount\n', /Line 1: /],
  ['employee,code,amount,colour\n', /Line 1, colour: The columns are /],
  ['employee,code,code,amount\n', /Line 1, code: The header has it twice/],
  ['employee,code,amount\n"ann@example.com,BONUS,1\n', /Line \d: This is not CSV/],
  [
    'employee,code,amount\nann@example.com,BONUS,1,2\nann@example.com,SALARY,7\n',
    /^Line 2: It has 4 values, and the header has 3/,
  ],
  [
    'employee,code,amount\nann@example.com,SALARY,7\nann@example.com,BONUS,1.234\n',
    /^Line 3, amount: .*EUR has 2 minor digits/,
  ],
  ['employee,code,amount\nann@example.com,BONUS,-1\n', /Line 2, amount: /],
  ['employee,code,amount\nann@example.com,BONUS,\n', /Line 2, amount: Either an amount or units/],
  ['employee,code,amount,units\nann@example.com,BONUS,1,1\n', /Line 2, amount: Either/],
  ['employee,code,units\nann@example.com,BONUS,1e3\n', /Line 2, units: /],
  ['employee,code,amount,currency\nann@example.com,BONUS,1,EURO\n', /Line 2, currency: /],
  ['employee,code,amount\nann@example.com,NONE,1\n', /Line 2, code: There is no component "NONE"/],
  ['employee,code,amount\nnobody@example.com,BONUS,1\n', /Line 2, employee: There is no such employee/],
  ['employee,code,amount\nben@example.com,BONUS,1\n', /Line 2, employee: .*not in the pay run/],
  ['employee,code,amount\nann@example.com,BONUS,1\nann@example.com,BONUS,2\n', /Line 3, code: Line 2 is /],
  [
    `employee,code,amount,currency\n${'ann@example.com,BONUS,x,EUR\n'.repeat(60)}`,
    /^(Line \d+, (amount|code): .*\n){100}And 19 more\.$/,
  ],
])(
  'a file with a problem enters nothing, and the problem is named by line and column: %j',
  async (csv, message) => {
    const { id, version, contentHash } = await draft(t, { employeeIds: [ann] });
    const error = expectCode(await send(t, 'import', { input: { id, version, csv } }), 'BAD_USER_INPUT', {
      field: 'csv',
    });
    expect(error.message).toMatch(message);
    const seen = await t.gql('query ($id: ID!) { payRun(id: $id) { version contentHash } }', { id }, t.admin);
    expect(expectData(seen).payRun).toEqual({ version, contentHash });
  },
);

test('all problems of a file are told at once, of its form and of what it names', async () => {
  const { id, version } = await draft(t, { employeeIds: [ann] });
  const csv = `employee,code,amount,units,currency
nobody@example.com,NONE,x,,EURO
ann@example.com,BONUS,1.001,,eur
ben@example.com,BONUS,1,,
ann@example.com,TRAVEL,,5,
,,1.001,,
ann@example.com,BONUS,,,
ann@example.com,"B"ONUS,,,
`;
  const { message } = expectCode(await send(t, 'import', { input: { id, version, csv } }), 'BAD_USER_INPUT');
  expect(message.split('\n').map((line: string) => line.split(':')[0])).toEqual([
    ...['Line 2, currency', 'Line 2, amount', 'Line 2, employee', 'Line 2, code', 'Line 3, amount'],
    ...['Line 4, employee', 'Line 5, units', 'Line 6, employee', 'Line 6, code', 'Line 7, amount'],
    ...['Line 7, code', 'Line 8'],
  ]);
});

test('a stale version, an issued run and a run that there is not are refused', async () => {
  const { id } = await draft(t, { employeeIds: [ann] });
  const csv = 'employee,code,amount\nann@example.com,BONUS,1\n';
  expectCode(await send(t, 'import', { input: { id, version: 7, csv } }), 'CONFLICT', { field: 'version' });
  await run(t, 'cancel', { id, version: 1 });
  expectCode(await send(t, 'import', { input: { id, version: 2, csv } }), 'CONFLICT');
  const missing = { id: ann, version: 1, csv };
  expectCode(await send(t, 'import', { input: missing }), 'NOT_FOUND', { field: 'id' });
  expectCode(await send(t, 'import', { input: { id, version: 2, csv } }, t.viewer), 'FORBIDDEN');
});
