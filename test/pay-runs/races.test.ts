import { expect, test } from 'vitest';
import { type Answer, send as sendTo } from '../client.js';
import { expectCode } from '../expect.js';
import { useStipend } from '../harness.js';
import { expectInvariants } from '../invariants.js';
import {
  approveAndIssue,
  draft,
  eur,
  giveComponent,
  payee,
  type Run,
  raise,
  run,
  type Step,
  send,
  voidPayment,
} from './support.js';

const t = await useStipend();
const second = await t.account('anna', 'ADMIN');
const other = await t.startAnother();

const months = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'];
const rounds = 4;

/** Each round is in a month of its own, and begins with the other one of the two. */
async function race(
  makeRun: (period: object) => Promise<Run>,
  contenders: Array<(payRun: Run, at: string) => Promise<Answer>>,
): Promise<Array<{ payRun: Run; answers: Answer[] }>> {
  const outcomes = [];
  for (let round = 0; round < rounds; round++) {
    const month = months[round];
    const payRun = await makeRun({ period: { start: `2026-${month}-01`, end: `2026-${month}-28` } });
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    const answers = await Promise.all(
      order.map((one, index) => one(payRun, index === 0 ? t.url : other.url)),
    );
    outcomes.push({ payRun, answers: round % 2 === 0 ? answers : answers.toReversed() });
  }
  return outcomes;
}

const queries: Partial<Record<Step, string>> = {
  issue:
    'mutation ($id: ID!, $version: Int!) { issuePayRun(id: $id, version: $version) { payRun { status } } }',
  reopen:
    'mutation ($id: ID!, $version: Int!) { reopenPayRun(id: $id, version: $version) { payRun { status } } }',
  cancel:
    'mutation ($id: ID!, $version: Int!) { cancelPayRun(id: $id, version: $version) { payRun { status } } }',
  edit: 'mutation ($input: EditPayRunInput!) { editPayRun(input: $input) { payRun { status } } }',
  approve: `mutation ($id: ID!, $version: Int!, $contentHash: String!) {
    approvePayRun(id: $id, version: $version, contentHash: $contentHash) { payRun { status } } }`,
};

const step =
  (name: Step, account: { token: string } = t.admin) =>
  ({ id, version, contentHash }: Run, at: string): Promise<Answer> => {
    const variables =
      name === 'edit' ? { input: { id, version, payDate: '2026-11-11' } } : { id, version, contentHash };
    return sendTo(at, { query: queries[name] ?? '', variables, token: account.token });
  };

const people = await Promise.all(Array.from({ length: 8 }, () => payee(t)));

const approved = (ids: string[]) => async (period: object) =>
  await run(t, 'approve', await draft(t, { employeeIds: ids, ...period }), second);

const paymentsOf = async (payRun: Run) =>
  (await t.database.sql('SELECT 1 FROM payments WHERE pay_run_id = $1', [payRun.id])).length;

const statusOf = async ({ id }: Run) =>
  (await t.database.sql<{ status: string }>('SELECT status FROM pay_runs WHERE id = $1', [id]))[0]?.status;

test.each([
  ['edit', 'DRAFT'],
  ['reopen', 'DRAFT'],
  ['cancel', 'CANCELLED'],
] as const)('of issuing and %s at once one succeeds, and all are paid or none', async (name, status) => {
  const ids = await Promise.all(people.map(() => payee(t)));
  for (const { payRun, answers } of await race(approved(ids), [step('issue'), step(name, second)])) {
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    const lost = answers.find(({ errors }) => errors);
    if (lost) expectCode(lost, 'CONFLICT');
    const isIssued = !answers[0]?.errors;
    expect(await statusOf(payRun)).toBe(isIssued ? 'ISSUED' : status);
    expect(await paymentsOf(payRun)).toBe(isIssued ? ids.length : 0);
  }
  await expectInvariants(t.database);
});

test('of approving and editing at once, an approval is never of what was edited', async () => {
  const make = async (period: object) => await draft(t, { employeeIds: people, ...period });
  for (const { payRun, answers } of await race(make, [step('approve', second), step('edit')])) {
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    const isApproved = !answers[0]?.errors;
    expect(await statusOf(payRun)).toBe(isApproved ? 'APPROVED' : 'DRAFT');
  }
});

test('two runs that pay the same days at once: one pays all, the other one nobody', async () => {
  const ids = await Promise.all(people.map(() => payee(t)));
  const both = async (period: object) => {
    const [one, two] = [await approved(ids)(period), await approved(ids.toReversed())(period)];
    return { one, two };
  };
  const contenders = [
    ({ one }: Run, at: string) => step('issue')(one, at),
    ({ two }: Run, at: string) => step('issue', second)(two, at),
  ];
  for (const { payRun, answers } of await race(both, contenders)) {
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    const lost = answers.find(({ errors }) => errors);
    if (lost) expectCode(lost, 'ALREADY_PAID');
    const counts = [await paymentsOf(payRun.one), await paymentsOf(payRun.two)];
    expect(counts.sort()).toEqual([0, ids.length]);
  }
  await expectInvariants(t.database);
});

test('two drafts of a period at once are two runs, and each person is paid by one of them', async () => {
  const ids = await Promise.all(people.map(() => payee(t)));
  const [one, two] = await Promise.all([draft(t, { employeeIds: ids }), draft(t, { employeeIds: ids })]);
  expect(one?.id).not.toBe(two?.id);
  await approveAndIssue(t, one, second);
  const late = await run(t, 'approve', two, second);
  expectCode(await send(t, 'issue', late), 'ALREADY_PAID');
  expect([await paymentsOf(one), await paymentsOf(two)]).toEqual([ids.length, 0]);
});

test('an end of employment as the run is issued: each is paid once, and the next run withholds the rest', async () => {
  const ids = await Promise.all(people.map(() => payee(t)));
  const payRun = await approved(ids)({});
  const query =
    'mutation ($input: TerminateEmployeeInput!) { terminateEmployee(input: $input) { employee { id } } }';
  const input = { id: ids[3], version: 1, terminatedOn: '2026-11-15' };
  const [issued, ended] = await Promise.all([
    step('issue')(payRun, t.url),
    sendTo(other.url, { query, variables: { input }, token: second.token }),
  ]);
  expect([issued.errors, ended.errors]).toEqual([undefined, undefined]);
  expect(await paymentsOf(payRun)).toBe(ids.length);
  const december = { period: { start: '2026-12-01', end: '2026-12-31' }, employeeIds: [ids[3]] };
  const [item] = (await draft(t, december)).items.nodes;
  expect(item.lines).toMatchObject([{ code: 'SALARY_CORRECTION', kind: 'DEDUCTION' }]);
});

const october = { period: { start: '2026-10-01', end: '2026-10-31' }, payDate: '2026-10-31' };
const bonusOf = (id: string) => ({
  kind: 'OFF_CYCLE',
  reason: 'A correction at once',
  employeeIds: [id],
  payDate: '2026-11-20',
});

/** Two runs that propose the same, both approved before either is issued: the second one can't be issued as it is. */
async function expectTakenOnce(first: Run, later: Run): Promise<Run> {
  const [one, two] = [await run(t, 'approve', first, second), await run(t, 'approve', later, second)];
  await run(t, 'issue', one);
  const before = await paymentsOf(two);
  expectCode(await send(t, 'issue', two), 'CONFLICT', { field: 'id' });
  expect([before, await paymentsOf(two)]).toEqual([0, 0]);
  const reopened = await run(t, 'reopen', two);
  return await approveAndIssue(t, await run(t, 'recompute', reopened), second);
}

const codesOf = (payRun: Run) => payRun.items.nodes[0].lines.map(({ code }: Run) => code);

test('two runs do not pay one correction twice', async () => {
  const id = await payee(t, { salaryMinor: 310_000n });
  await approveAndIssue(t, await draft(t, { employeeIds: [id], ...october }), second);
  await raise(t, id, '2026-10-31', '6200.00');
  const [first, later] = [await draft(t, bonusOf(id)), await draft(t, { employeeIds: [id] })];
  expect(codesOf(first)).toEqual(['SALARY_CORRECTION']);
  expect(codesOf(later)).toEqual(['SALARY', 'SALARY_CORRECTION']);
  expect(codesOf(await expectTakenOnce(first, later))).toEqual(['SALARY']);
});

test('a correction of a payment that is voided before it is issued is not paid', async () => {
  const id = await payee(t, { salaryMinor: 310_000n });
  const issued = await approveAndIssue(t, await draft(t, { employeeIds: [id], ...october }), second);
  await raise(t, id, '2026-10-31', '6200.00');
  const corrected = await run(t, 'approve', await draft(t, { employeeIds: [id] }), second);
  await voidPayment(t, issued.items.nodes[0].payment.id);
  expectCode(await send(t, 'issue', corrected), 'CONFLICT', { field: 'id' });
});

test('two runs do not withhold twice what is carried forward', async () => {
  const id = await payee(t, { salaryMinor: 100_000n });
  const component = { code: 'ADVANCE', kind: 'DEDUCTION' };
  await giveComponent(t, id, { component, amount: eur('1200.00'), effectiveTo: '2026-10-31' });
  await giveComponent(t, id, {
    component: { code: 'PREMIUM', kind: 'EARNING' },
    effectiveFrom: '2030-01-01',
    percent: '1',
  });
  await approveAndIssue(t, await draft(t, { employeeIds: [id], ...october }), second);
  const empty = await draft(t, bonusOf(id));
  const setLines = [{ employeeId: id, code: 'PREMIUM', amount: eur('500.00') }];
  const first = await run(t, 'edit', { input: { id: empty.id, version: empty.version, setLines } });
  expect(codesOf(first)).toEqual(['PREMIUM', 'ADVANCE']);
  const paid = await expectTakenOnce(first, await draft(t, { employeeIds: [id] }));
  expect(codesOf(paid)).toEqual(['SALARY']);
});

test('two runs do not take a loan beyond its total', async () => {
  const id = await payee(t, { salaryMinor: 100_000n });
  const component = { code: 'SMALL_LOAN', kind: 'DEDUCTION' };
  const cap = { cap: eur('500.00'), capPer: 'TOTAL' };
  await giveComponent(t, id, { component, amount: eur('300.00'), ...cap });
  const [first, later] = [
    await draft(t, { employeeIds: [id], ...october }),
    await draft(t, { employeeIds: [id] }),
  ];
  const paid = await expectTakenOnce(first, later);
  expect(paid.items.nodes[0].lines[1]).toMatchObject({ code: 'SMALL_LOAN', amount: { amount: '200.00' } });
});

test('two runs do not pay the days of a salary that goes into deductions altogether twice', async () => {
  const id = await payee(t, { salaryMinor: 100_000n });
  const component = { code: 'ALL_OF_IT', kind: 'DEDUCTION' };
  await giveComponent(t, id, { component, amount: eur('1000.00') });
  const [one, two] = [await approved([id])({}), await approved([id])({})];
  await run(t, 'issue', one);
  expectCode(await send(t, 'issue', two), 'ALREADY_PAID', { field: 'id' });
});
