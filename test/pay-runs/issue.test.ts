import { expect, test } from 'vitest';
import { send as sendTo } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import {
  approveAndIssue,
  draft,
  giveAccount,
  giveComponent,
  linesOf,
  november,
  type Run,
  run,
  send,
} from './support.js';

const t = await useStipend();
const second = await t.account('anna', 'ADMIN');

async function employee(given: Parameters<typeof insertEmployee>[1] = {}): Promise<string> {
  const id = await insertEmployee(t.database, given);
  await giveAccount(t, id);
  return id;
}

const paymentsOf = (id: string) =>
  t.database.sql('SELECT id, amount_minor, kind, voided_at FROM payments WHERE employee_id = $1', [id]);

async function voidByHand(paymentId: string): Promise<void> {
  await t.database.sql(
    `UPDATE payments SET voided_at = now(), voided_by = issued_by, void_reason = 'a test' WHERE id = $1`,
    [paymentId],
  );
}

test('an approved run is issued: each item is paid once, by a payment of the run', async () => {
  const ids = [await employee(), await employee()];
  const issued = await approveAndIssue(t, await draft(t, { employeeIds: ids }), second);
  expect(issued).toMatchObject({
    status: 'ISSUED',
    totals: [{ currency: 'EUR', gross: { amount: '10000.00' }, net: { amount: '10000.00' }, employees: 2 }],
  });
  for (const item of issued.items.nodes) {
    expect(item.payment).toMatchObject({
      status: 'ISSUED',
      kind: 'SALARY',
      amount: { amount: '5000.00' },
      period: november,
    });
  }
});

test('an approval is bound to the version and the hash that were seen, and to another admin than who drafted or edited', async () => {
  const id = await employee();
  const drafted = await draft(t, { employeeIds: [id] });
  const seen = { id: drafted.id, version: drafted.version, contentHash: drafted.contentHash };
  expectCode(await send(t, 'approve', seen), 'FORBIDDEN');
  expectCode(await send(t, 'approve', { ...seen, version: 9 }, second), 'CONFLICT', { field: 'version' });
  expectCode(await send(t, 'approve', { ...seen, contentHash: 'x' }, second), 'CONFLICT', {
    field: 'contentHash',
  });
  expectCode(await send(t, 'issue', seen, second), 'CONFLICT');
  const approved = await run(t, 'approve', seen, second);
  expect(approved.status).toBe('APPROVED');
  const edited = await run(
    t,
    'edit',
    { input: { id: seen.id, version: approved.version, payDate: '2026-11-28' } },
    second,
  );
  expect(edited.status).toBe('DRAFT');
  const edit = { id: edited.id, version: edited.version, contentHash: edited.contentHash };
  expectCode(await send(t, 'approve', edit, second), 'FORBIDDEN');
});

test('a company that does without a second admin says so in the audit trail each time', async () => {
  await t.database.sql('UPDATE company SET require_second_admin = false');
  const drafted = await draft(t, { employeeIds: [await employee()] });
  await run(t, 'approve', drafted);
  await t.database.sql('UPDATE company SET require_second_admin = true');
  const [entry] = await t.database.sql(
    `SELECT changes FROM audit_entries WHERE action = 'pay_run.approved' AND subject = $1`,
    [drafted.id],
  );
  expect(entry).toMatchObject({
    changes: expect.arrayContaining([{ field: 'requireSecondAdmin', before: null, after: 'false' }]),
  });
});

test('a run with blockers is not approved', async () => {
  const drafted = await draft(t, { employeeIds: [await insertEmployee(t.database)] });
  expectCode(await send(t, 'approve', drafted, second), 'CONFLICT');
});

test('a run that pays somebody more than one payment may be is not approved, and says whom', async () => {
  const { url } = await t.startAnother({ MAX_PAYMENT: '10000000,EUR=4999' });
  const drafted = await draft(t, { employeeIds: [await employee({ name: 'Erika Large' })] });
  const query = `mutation ($id: ID!, $version: Int!, $contentHash: String!) {
    approvePayRun(id: $id, version: $version, contentHash: $contentHash) { payRun { status } } }`;
  const { id, version, contentHash } = drafted;
  const answer = await sendTo(url, { query, variables: { id, version, contentHash }, token: second.token });
  expectCode(answer, 'CONFLICT', { field: 'id' });
  expect(answer.text).toContain('Erika Large would be paid more than one payment may be: 4999 EUR.');
  expect(await run(t, 'approve', { id, version, contentHash }, second)).toMatchObject({ status: 'APPROVED' });
});

test('two admins on two processes at the same moment, and retries, pay once', async () => {
  const other = await t.startAnother();
  const ids = await Promise.all(Array.from({ length: 20 }, () => employee()));
  const drafted = await draft(t, { employeeIds: ids });
  const approved = await run(t, 'approve', drafted, second);
  const query =
    'mutation ($id: ID!, $version: Int!) { issuePayRun(id: $id, version: $version) { payRun { status } } }';
  const variables = { id: drafted.id, version: approved.version };
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      sendTo(index % 2 ? t.url : other.url, {
        query,
        variables,
        token: (index % 4 < 2 ? t.admin : second).token,
      }),
    ),
  );
  expect(answers.filter(({ errors }) => !errors).length).toBeGreaterThan(0);
  for (const { errors = [] } of answers)
    for (const { extensions } of errors) expect(extensions.code).toBe('CONFLICT');
  for (const id of ids) expect(await paymentsOf(id)).toHaveLength(1);
});

test('nobody is paid when somebody can not be', async () => {
  const [one, other] = [await employee({ name: 'Paula Paid' }), await employee()];
  const [first, later] = [
    await draft(t, { employeeIds: [one] }),
    await draft(t, { employeeIds: [one, other] }),
  ];
  const approved = await run(t, 'approve', later, second);
  await approveAndIssue(t, first, second);
  const refused = await send(t, 'issue', { id: later.id, version: approved.version });
  expect(expectCode(refused, 'ALREADY_PAID').message).toMatch(/^Paula Paid has been paid for some of these/);
  expect(await paymentsOf(other)).toEqual([]);
  const again = await run(t, 'reopen', { id: later.id, version: approved.version });
  expect(again.status).toBe('DRAFT');
  const computed = await run(t, 'recompute', { id: later.id, version: again.version });
  expect(computed.blockers.nodes).toMatchObject([{ code: 'ALREADY_PAID', employee: { id: one } }]);
  const cancelled = await run(t, 'cancel', { id: later.id, version: computed.version });
  expect(cancelled.status).toBe('CANCELLED');
  expectCode(await send(t, 'recompute', { id: later.id, version: cancelled.version }), 'CONFLICT');
});

test('a voided payment leaves the run issued and its totals true, and an off-cycle run pays what is missing', async () => {
  const [one, other] = [await employee(), await employee()];
  const issued = await approveAndIssue(t, await draft(t, { employeeIds: [one, other] }), second);
  const [payment] = await paymentsOf(one);
  await voidByHand(String(payment?.id));
  const seen = expectData(
    await t.gql(
      'query ($id: ID!) { payRun(id: $id) { status totals { net { amount } employees } } }',
      { id: issued.id },
      t.admin,
    ),
  );
  expect(seen.payRun).toEqual({ status: 'ISSUED', totals: [{ net: { amount: '5000.00' }, employees: 1 }] });
  const missing = { kind: 'OFF_CYCLE', reason: 'Voided by mistake', employeeIds: [one, other] };
  const drafted = await draft(t, missing);
  const lines = drafted.items.nodes.map((item: Run) => [item.employee.id, item.lines.length]);
  expect(Object.fromEntries(lines)).toEqual({ [one]: 1, [other]: 0 });
  await approveAndIssue(t, drafted, second);
  expect((await paymentsOf(one)).filter(({ voided_at: voided }) => voided === null)).toHaveLength(1);
});

test('a raise for days that are paid already is corrected by the next draft', async () => {
  const id = await employee({ hiredOn: '2026-01-01', salaryMinor: 300_000n });
  await approveAndIssue(
    t,
    await draft(t, { employeeIds: [id], period: { start: '2026-10-01', end: '2026-10-31' } }),
    second,
  );
  t.clock.advance(60_000);
  const answer = await t.gql(
    'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }',
    {
      input: {
        id,
        version: 1,
        salary: { amount: '3310.00', currency: 'EUR' },
        salaryEffectiveFrom: '2026-10-22',
      },
    },
    t.admin,
  );
  expectData(answer);
  const drafted = await draft(t, { employeeIds: [id] });
  expect(linesOf(drafted)).toEqual([
    'SALARY 3310.00 2026-11-01 2026-11-30',
    'SALARY_CORRECTION 100.00 2026-10-22 2026-10-31',
  ]);
  await approveAndIssue(t, drafted, second);
  const next = await draft(t, { employeeIds: [id], period: { start: '2026-12-01', end: '2026-12-31' } });
  expect(linesOf(next)).toEqual(['SALARY 3310.00 2026-12-01 2026-12-31']);
});

test('what a deduction could not take is carried forward, a cap is kept over runs, and the year to date adds up', async () => {
  const id = await employee({ hiredOn: '2026-01-01', salaryMinor: 100_000n });
  const eur = (amount: string) => ({ amount, currency: 'EUR' });
  await giveComponent(t, id, {
    component: { code: 'LOAN', kind: 'DEDUCTION' },
    amount: eur('1200.00'),
    cap: eur('1500.00'),
    capPer: 'TOTAL',
  });
  const october = { start: '2026-10-01', end: '2026-10-31' };
  await approveAndIssue(
    t,
    await draft(t, { employeeIds: [id], period: october, payDate: '2026-10-31' }),
    second,
  );
  const drafted = await draft(t, { employeeIds: [id] });
  const lines = drafted.items.nodes[0].lines.map(
    ({ code, source, amount }: Run) => `${code} ${source} ${amount.amount}`,
  );
  expect(lines).toEqual(['SALARY COMPUTED 1000.00', 'LOAN CARRIED_FORWARD 200.00', 'LOAN COMPUTED 300.00']);
  await approveAndIssue(t, drafted, second);
  const answer = await t.gql(
    'query ($id: ID!) { employee(id: $id) { yearToDate(year: 2026) { code kind amount { amount currency } } } }',
    { id },
    t.viewer,
  );
  expect(expectData(answer).employee.yearToDate).toEqual([
    { code: 'SALARY', kind: 'EARNING', amount: eur('2000.00') },
    { code: 'LOAN', kind: 'DEDUCTION', amount: eur('1500.00') },
  ]);
});
