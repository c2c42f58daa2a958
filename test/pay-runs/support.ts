import type { Answer } from '../client.js';
import { expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import type { Account, Harness } from '../harness.js';

const payRunFields = `
  id version kind status contentHash employeeCount reason proration payDate period { start end }
  totals { currency gross { amount } deductions { amount } net { amount } employerCost { amount } employees }
  blockers { nodes { code message employee { id } } }
  warnings { nodes { code } }
  items { nodes {
    id employee { id } gross { amount } net { amount currency } employerCost { amount }
    lines { id code kind source amount { amount } period { start end } units rate { amount } note }
    notices { code } payment { id status kind amount { amount } period { start end } }
  } }`;

const mutations = {
  draft: `mutation ($input: DraftPayRunInput!) { run: draftPayRun(input: $input) { payRun { ${payRunFields} } } }`,
  edit: `mutation ($input: EditPayRunInput!) { run: editPayRun(input: $input) { payRun { ${payRunFields} } } }`,
  import: `mutation ($input: ImportPayRunLinesInput!) { run: importPayRunLines(input: $input) { payRun { ${payRunFields} } } }`,
  recompute: `mutation ($id: ID!, $version: Int!) { run: recomputePayRun(id: $id, version: $version) { payRun { ${payRunFields} } } }`,
  reopen: `mutation ($id: ID!, $version: Int!) { run: reopenPayRun(id: $id, version: $version) { payRun { ${payRunFields} } } }`,
  issue: `mutation ($id: ID!, $version: Int!) { run: issuePayRun(id: $id, version: $version) { payRun { ${payRunFields} } } }`,
  cancel: `mutation ($id: ID!, $version: Int!) { run: cancelPayRun(id: $id, version: $version) { payRun { ${payRunFields} } } }`,
  approve: `mutation ($id: ID!, $version: Int!, $contentHash: String!) {
    run: approvePayRun(id: $id, version: $version, contentHash: $contentHash) { payRun { ${payRunFields} } } }`,
};

export type Step = keyof typeof mutations;

/** A pay run as the tests' operations answer it. */
// biome-ignore lint/suspicious/noExplicitAny: what an operation answers is for its test to say
export type Run = any;

/** Sends a step of a pay run, as the admin unless said otherwise. */
export function send(
  t: Harness,
  step: Step,
  variables: object,
  account: { token: string } = t.admin,
): Promise<Answer> {
  return t.gql(mutations[step], variables, account);
}

/** @returns the pay run, or fails the test */
export async function run(
  t: Harness,
  step: Step,
  variables: object,
  account?: { token: string },
): Promise<Run> {
  return expectData(await send(t, step, variables, account), step).run.payRun;
}

export function draft(t: Harness, input: object): Promise<Run> {
  return run(t, 'draft', { input: { period: november, payDate: '2026-11-30', ...input } });
}

export const november = { start: '2026-11-01', end: '2026-11-30' };

/** Approves a draft as another admin, and issues it. */
export async function approveAndIssue(t: Harness, drafted: Run, second: Account): Promise<Run> {
  const { id, version, contentHash } = drafted;
  const approved = await run(t, 'approve', { id, version, contentHash }, second);
  return run(t, 'issue', { id, version: approved.version });
}

/** An employee with a bank account. @returns the employee's id */
export async function payee(t: Harness, given: Parameters<typeof insertEmployee>[1] = {}): Promise<string> {
  const id = await insertEmployee(t.database, given);
  await giveAccount(t, id);
  return id;
}

/** Gives an employee another salary from a day on. */
export async function raise(t: Harness, id: string, from: string, amount: string): Promise<void> {
  const query = 'query ($id: ID!) { employee(id: $id) { version salary { currency } } }';
  const { version, salary } = expectData(await t.gql(query, { id }, t.admin)).employee;
  const input = { id, version, salary: { amount, currency: salary.currency }, salaryEffectiveFrom: from };
  const edit = 'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }';
  expectData(await t.gql(edit, { input }, t.admin));
}

export async function terminate(t: Harness, id: string, terminatedOn: string): Promise<void> {
  const found = await t.gql('query ($id: ID!) { employee(id: $id) { version } }', { id }, t.admin);
  const input = { id, version: expectData(found).employee.version, terminatedOn };
  const query =
    'mutation ($input: TerminateEmployeeInput!) { terminateEmployee(input: $input) { employee { id } } }';
  expectData(await t.gql(query, { input }, t.admin));
}

export async function voidPayment(t: Harness, id: string): Promise<void> {
  const query = 'mutation ($input: VoidPaymentInput!) { voidPayment(input: $input) { payment { id } } }';
  expectData(await t.gql(query, { input: { id, reason: 'A mistake' } }, t.admin));
}

/** Gives an employee a bank account, by the test's own hand. */
export async function giveAccount(t: Harness, employeeId: string): Promise<void> {
  await t.database.sql(
    `UPDATE employees SET bank_holder = name, bank_country = 'DE', bank_last_four = '3000', bank_account_sealed = gen_random_uuid()::text::bytea
     WHERE id = $1`,
    [employeeId],
  );
}

export const eur = (amount: string) => ({ amount, currency: 'EUR' });

/** Makes a component and gives it to an employee. @returns the component's id */
export async function giveComponent(
  t: Harness,
  employeeId: string,
  {
    component,
    ...rest
  }: { component: { code: string; kind: string; prorated?: boolean } } & Record<string, unknown>,
): Promise<string> {
  const created = await t.gql(
    `mutation ($input: CreatePayComponentInput!) { createPayComponent(input: $input) { payComponent { id } } }`,
    { input: { name: component.code, ...component } },
    t.admin,
  );
  const { id } = expectData(created).createPayComponent.payComponent;
  await setComponent(t, { employeeId, componentId: id, effectiveFrom: '2020-01-01', ...rest });
  return id;
}

export async function setComponent(t: Harness, input: object): Promise<Run> {
  const answer = await t.gql(
    `mutation ($input: SetEmployeeComponentInput!) { setEmployeeComponent(input: $input) { employeeComponent { id } } }`,
    { input },
    t.admin,
  );
  return expectData(answer).setEmployeeComponent.employeeComponent;
}

/** The lines of a pay run's only item, as code, amount and days. */
export function linesOf(payRun: Run, index = 0): string[] {
  return payRun.items.nodes[index].lines.map(
    ({ code, amount, period }: Run) =>
      `${code} ${amount.amount}${period ? ` ${period.start} ${period.end}` : ''}`,
  );
}
