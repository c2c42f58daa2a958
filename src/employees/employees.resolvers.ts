import { type User, userTable } from '../accounts/user.js';
import { signedIn, type Viewer } from '../accounts/viewer.js';
import type {
  EmployeeSalaryAtArgs,
  EmployeeSalaryHistoryArgs,
  MutationEditEmployeeArgs,
  QueryEmployeeArgs,
  QueryEmployeesArgs,
} from '../generated/schema-types.js';
import type { FieldInfo, Reads } from '../reads/reads.js';
import { AppError } from '../values/app-error.js';
import { parseId } from '../values/ids.js';
import { type EditEmployeeDeps, editEmployee } from './edit-employee.js';
import { type Employee, employeeTable } from './employee.js';
import { employeeList } from './employee-list.js';
import { type SalaryChange, salariesUntil, salaryHistory } from './salary-change.js';

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
      const employee = await context.reads.byId(employeeTable, id);
      if (!employee) throw new AppError('NOT_FOUND', 'There is no such employee.', { field: 'id' });
      return { employee };
    },
  },
  Employee: {
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
