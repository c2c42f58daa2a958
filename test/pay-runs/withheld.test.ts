import { expect, test } from 'vitest';
import { send as sendTo } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { importProblems } from '../import/support.js';
import { expectInvariants } from '../invariants.js';
import { approveAndIssue, draft, eur, giveComponent, payee, run } from './support.js';

// Of a salary that goes into deductions altogether there is no payment.

const t = await useStipend();
const second = await t.account('anna', 'ADMIN');
const other = await t.startAnother();

const november = { start: '2026-11-01', end: '2026-11-30' };

let debts = 0;

async function indebted(): Promise<string> {
  debts += 1;
  const id = await payee(t, { salaryMinor: 100_000n });
  await giveComponent(t, id, {
    component: { code: `DEBT_${debts}`, kind: 'DEDUCTION' },
    amount: eur('1000.00'),
  });
  return id;
}

const query = `mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } } }`;
const salary = (employeeId: string, period: object = november) => ({
  ...{ employeeId, kind: 'SALARY', amount: eur('1000.00'), period, acceptUnusualAmount: true },
});
const pay = (input: object, url = t.url) =>
  sendTo(url, { query, variables: { input }, token: t.admin.token });

async function unpaid(period: object): Promise<string[]> {
  const list = `query ($period: PeriodInput!) {
    employees(filter: { withoutSalaryFor: $period }) { nodes { id } } }`;
  const { employees } = expectData(await t.gql(list, { period }, t.admin));
  return employees.nodes.map(({ id }: { id: string }) => id);
}

test('nobody is paid for its days again, and who had it is not listed as without a salary', async () => {
  const id = await indebted();
  const drafted = await draft(t, { employeeIds: [id] });
  expect(await unpaid(november)).toContain(id);
  await approveAndIssue(t, drafted, second);
  expect(await unpaid(november)).not.toContain(id);
  expect(await unpaid({ start: '2026-11-30', end: '2026-12-01' })).toContain(id);

  const refused = await pay(salary(id, { start: '2026-11-30', end: '2026-12-01' }));
  expect(expectCode(refused, 'ALREADY_PAID', { field: 'period' }).message).toMatch(/deductions of a pay run/);
  // Also beside payments that share its statement.
  const [again, ...others] = await Promise.all(
    [salary(id), ...(await Promise.all([1, 2, 3].map(() => payee(t)))).map((one) => salary(one))].map(
      (input) => pay(input),
    ),
  );
  if (again) expectCode(again, 'ALREADY_PAID', { field: 'period' });
  for (const answer of others) expectData(answer);
  expectData(await pay({ ...salary(id), kind: 'BONUS', period: null }));
  expectData(await pay(salary(id, { start: '2026-12-01', end: '2026-12-31' })));
  expect(await importProblems(t, id, { start: '2026-11-05', end: '2026-11-06' })).toEqual([
    { line: 2, column: 'period_start', message: expect.stringMatching(/deductions of a pay run/) },
  ]);
});

test('of a run that withholds a salary and a payment of it at once one is done', async () => {
  for (const month of ['01', '02', '03', '04', '05', '06', '07', '08']) {
    const id = await indebted();
    const period = { start: `2026-${month}-01`, end: `2026-${month}-28` };
    const drafted = await draft(t, { employeeIds: [id], period });
    const { version } = await run(t, 'approve', drafted, second);
    const issue = {
      query:
        'mutation ($id: ID!, $version: Int!) { issuePayRun(id: $id, version: $version) { payRun { id } } }',
      variables: { id: drafted.id, version },
      token: t.admin.token,
    };
    const [issued, paid] = await Promise.all([sendTo(t.url, issue), pay(salary(id, period), other.url)]);
    expectCode(paid.errors ? paid : issued, 'ALREADY_PAID');
    expectData(paid.errors ? issued : paid);
  }
  await expectInvariants(t.database);
});
