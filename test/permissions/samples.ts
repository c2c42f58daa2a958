import { insertEmployee, insertPayment, insertUser, userPassword } from '../factories.js';
import { insertPayComponent, insertPayRun } from './pay-runs.js';
import type { Actor, Whose, World } from './world.js';

/** Who asks, and for whose rows. */
export interface Subject {
  world: World;
  actor: Actor;
  whose: Whose;
}

/**
 * Arguments with which a field gives something to whoever may have it: for each field that needs arguments, for each
 * mutation, and for each operation of which somebody gets 'own rows only'. They are made anew for each request, so a
 * mutation can be given something that nothing has changed yet.
 */
export const samples: Record<string, (subject: Subject) => object | Promise<object>> = {
  'Query.employee': ({ world, whose }) => ({ id: world.employeeId[whose] }),
  'Query.employees': ({ world, whose }) => ({ filter: { search: world.email[whose] } }),
  'Query.payment': ({ world, whose }) => ({ id: world.paymentId[whose] }),
  'Query.payRun': ({ world }) => ({ id: world.payRunId }),
  'Query.payComponents': () => ({ includeArchived: true }),
  'Query.payments': ({ world, whose }) => ({ filter: { employeeId: world.employeeId[whose] } }),
  'Query.payrollSummary': () => ({ from: '2020-01-01', to: '2030-12-31', groupBy: 'DEPARTMENT' }),

  'Mutation.login': ({ actor }) => ({ username: actor.username, password: userPassword }),
  'Mutation.refreshSession': async ({ world, actor }) => ({ refreshToken: await world.refreshToken(actor) }),
  'Mutation.revokeSession': async ({ world, actor, whose }) => ({ id: await world.sessionId(actor, whose) }),
  'Mutation.changePassword': () => ({
    currentPassword: userPassword,
    newPassword: `another ${userPassword}`,
  }),
  'Mutation.createUser': ({ world }) => ({
    input: { username: world.newName(), password: userPassword, role: 'VIEWER' },
  }),
  'Mutation.editUser': async ({ world }) => ({
    input: {
      id: await insertUser(world.t.database, { username: world.newName(), role: 'VIEWER' }),
      role: 'EMPLOYEE',
    },
  }),
  'Mutation.editCompany': async ({ world }) => {
    const [company] = await world.t.database.sql<{ version: number }>('SELECT version FROM company');
    return { input: { version: company?.version, name: world.newName() } };
  },
  'Mutation.hireEmployee': ({ world }) => ({
    input: {
      ...{ name: 'Nia New', email: `${world.newName()}@example.com`, title: 'Tester', department: 'Tests' },
      ...{ hiredOn: '2026-12-01', salary: { amount: '4000', currency: 'EUR' }, salaryUnit: 'MONTH' },
    },
  }),
  'Mutation.terminateEmployee': async ({ world }) => ({
    input: { id: await insertEmployee(world.t.database), version: 1, terminatedOn: '2026-12-31' },
  }),
  'Mutation.rehireEmployee': async ({ world }) => ({
    input: {
      id: await insertEmployee(world.t.database, { terminatedOn: '2026-06-30' }),
      ...{ version: 1, hiredOn: '2026-12-01' },
      ...{ salary: { amount: '4000', currency: 'EUR' }, salaryUnit: 'MONTH' },
    },
  }),
  'Mutation.editEmployee': async ({ world }) => ({
    input: { id: await insertEmployee(world.t.database), version: 1, title: 'Edited' },
  }),
  'Mutation.issuePayment': async ({ world }) => ({
    input: {
      employeeId: await insertEmployee(world.t.database),
      amount: { amount: '1', currency: 'EUR' },
      kind: 'BONUS',
    },
  }),

  'Mutation.importFile': ({ world }) => ({
    input: {
      kind: 'EMPLOYEES',
      text: `name,email,title,department,hired_on,salary,currency,salary_unit
Ida,${world.newName()}@example.com,Tester,Tests,2026-01-01,4000,EUR,MONTH\n`,
    },
  }),
  'Mutation.voidPayment': async ({ world }) => {
    const employeeId = await insertEmployee(world.t.database);
    return { input: { id: await insertPayment(world.t.database, { employeeId }), reason: 'A test' } };
  },

  'Mutation.createPayComponent': ({ world }) => ({
    input: { code: world.newCode(), name: 'Meals', kind: 'EARNING', ledgerAccount: '4100' },
  }),
  'Mutation.editPayComponent': async ({ world }) => ({
    input: { id: await insertPayComponent(world.t, world.newCode()), version: 1, name: 'Edited' },
  }),
  'Mutation.archivePayComponent': async ({ world }) => ({
    input: { id: await insertPayComponent(world.t, world.newCode()), version: 1 },
  }),
  'Mutation.setEmployeeComponent': async ({ world }) => ({
    input: {
      employeeId: await insertEmployee(world.t.database),
      componentId: await insertPayComponent(world.t, world.newCode()),
      effectiveFrom: '2026-11-01',
      percent: '1',
    },
  }),
  'Mutation.endEmployeeComponent': async ({ world }) => ({
    input: { id: await world.employeeComponentId(), effectiveTo: '2026-11-30' },
  }),
  'Mutation.draftPayRun': async ({ world }) => ({
    input: {
      period: { start: '2026-11-01', end: '2026-11-30' },
      payDate: '2026-11-30',
      employeeIds: [await insertEmployee(world.t.database)],
    },
  }),
  'Mutation.editPayRun': async ({ world }) => ({
    input: { id: await insertPayRun(world.t, 'DRAFT'), version: 1, payDate: '2026-11-29' },
  }),
  'Mutation.importPayRunLines': async ({ world }) => {
    const id = await insertPayRun(world.t, 'DRAFT');
    const [item] = await world.t.database.sql<{ who: string }>(
      'SELECT employee_id AS who FROM pay_run_items WHERE pay_run_id = $1',
      [id],
    );
    return { input: { id, version: 1, csv: `employee,code,amount\n${item?.who},SALARY,1.00\n` } };
  },
  'Mutation.recomputePayRun': async ({ world }) => ({ id: await insertPayRun(world.t, 'DRAFT'), version: 1 }),
  'Mutation.approvePayRun': async ({ world }) => ({
    id: await insertPayRun(world.t, 'DRAFT'),
    version: 1,
    contentHash: 'a hash',
  }),
  'Mutation.reopenPayRun': async ({ world }) => ({ id: await insertPayRun(world.t, 'APPROVED'), version: 1 }),
  'Mutation.issuePayRun': async ({ world }) => ({ id: await insertPayRun(world.t, 'APPROVED'), version: 1 }),
  'Mutation.cancelPayRun': async ({ world }) => ({ id: await insertPayRun(world.t, 'DRAFT'), version: 1 }),

  'Employee.components': () => ({ on: '2026-11-22' }),
  'Employee.yearToDate': () => ({ year: 2026 }),
  'Employee.salaryAt': () => ({ date: '2026-11-22' }),
};
