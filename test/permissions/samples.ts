import { insertEmployee, insertPayment, insertUser, userPassword } from '../factories.js';
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
  'Query.payments': ({ world, whose }) => ({ filter: { employeeId: world.employeeId[whose] } }),

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

  'Mutation.voidPayment': async ({ world }) => {
    const employeeId = await insertEmployee(world.t.database);
    return { input: { id: await insertPayment(world.t.database, { employeeId }), reason: 'A test' } };
  },

  'Employee.salaryAt': () => ({ date: '2026-11-22' }),
};
