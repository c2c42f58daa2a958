import { type User, userTable } from '../accounts/user.js';
import { signedIn, type Viewer } from '../accounts/viewer.js';
import type {
  EmployeeSalaryAtArgs,
  EmployeeSalaryHistoryArgs,
  MutationEditEmployeeArgs,
  MutationHireEmployeeArgs,
  MutationRehireEmployeeArgs,
  MutationTerminateEmployeeArgs,
  QueryEmployeeArgs,
  QueryEmployeesArgs,
} from '../generated/schema-types.js';
import { maxPageLength } from '../reads/pages.js';
import type { Reads } from '../reads/reads.js';
import type { FieldInfo } from '../reads/requested-fields.js';
import { parseId } from '../values/ids.js';
import { type EditEmployeeDeps, editEmployee } from './edit-employee.js';
import { type Employee, employeeTable } from './employee.js';
import { employeeList } from './employee-list.js';
import { employmentsOfEmployee } from './employment.js';
import { hireEmployee } from './hire-employee.js';
import { rehireEmployee } from './rehire-employee.js';
import { type SalaryChange, salariesUntil, salaryHistory } from './salary-change.js';
import { terminateEmployee } from './terminate-employee.js';

interface Context {
  viewer: Viewer;
  reads: Reads<Viewer>;
  deps: EditEmployeeDeps;
}

type Parent = unknown;

export const employeeResolvers = {
  Query: {
    employee: (_parent: Parent, { id }: QueryEmployeeArgs, { reads }: Context, info: FieldInfo) =>
      reads.byId(employeeTable, parseId(id, 'id'), info),
    employees: (_parent: Parent, args: QueryEmployeesArgs, { reads }: Context, info: FieldInfo) =>
      reads.list(employeeList, args, info),
  },
  Mutation: {
    editEmployee: async (_parent: Parent, { input }: MutationEditEmployeeArgs, context: Context) => {
      const { id } = await editEmployee(context.deps, signedIn(context.viewer), input);
      return { employee: await context.reads.byForeignKey(employeeTable, id) };
    },
    hireEmployee: async (_parent: Parent, { input }: MutationHireEmployeeArgs, context: Context) => {
      const { id } = await hireEmployee(context.deps, signedIn(context.viewer), input);
      return { employee: await context.reads.byForeignKey(employeeTable, id) };
    },
    terminateEmployee: async (
      _parent: Parent,
      { input }: MutationTerminateEmployeeArgs,
      context: Context,
    ) => {
      const { id } = await terminateEmployee(context.deps, signedIn(context.viewer), input);
      return { employee: await context.reads.byForeignKey(employeeTable, id) };
    },
    rehireEmployee: async (_parent: Parent, { input }: MutationRehireEmployeeArgs, context: Context) => {
      const { id } = await rehireEmployee(context.deps, signedIn(context.viewer), input);
      return { employee: await context.reads.byForeignKey(employeeTable, id) };
    },
  },
  Employee: {
    employments: async ({ id }: Employee, _args: unknown, { reads }: Context) => [
      ...(await reads.nested(employmentsOfEmployee, id, { first: maxPageLength })).nodes,
    ],
    salaryAt: ({ id }: Employee, { date }: EmployeeSalaryAtArgs, { reads }: Context) =>
      reads.first(salariesUntil, id, { date }),
    salaryHistory: ({ id }: Employee, args: EmployeeSalaryHistoryArgs, { reads }: Context) =>
      reads.nested(salaryHistory, id, args),
  },
  SalaryChange: {
    changedBy: ({ changedById }: SalaryChange, _args: unknown, { reads }: Context) =>
      reads.byForeignKey(userTable, changedById),
  },
  User: {
    employee: ({ employeeId }: User, _args: unknown, { reads }: Context) =>
      reads.byIdOrNull(employeeTable, employeeId),
  },
};
