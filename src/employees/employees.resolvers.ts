import { signedIn } from '../context.js';
import { AppError } from '../errors.js';
import type { Resolvers } from '../generated/resolvers-types.js';
import { askedOf, askedOfNodes } from '../graphql/asked.js';
import { parseId } from '../ids.js';
import { requireUser } from '../users/require-user.js';
import { editEmployee } from './edit-employee.js';
import { everyField } from './employee.js';
import { listEmployees } from './list-employees.js';

export const employeeResolvers = {
  Query: {
    employee: (_parent, { id }, context, info) =>
      context.loaders.employee(askedOf(info)).load(parseId(id, 'id')),
    employees: (_parent, args, context, info) =>
      listEmployees(context.deps, signedIn(context), args, askedOfNodes(info)),
  },
  Mutation: {
    editEmployee: async (_parent, { input }, context) => {
      const { id } = await editEmployee(context.deps, signedIn(context), input);
      const employee = await context.loaders.employee(everyField).load(id);
      if (!employee) throw new AppError('NOT_FOUND', 'There is no such employee.', { field: 'id' });
      return { employee };
    },
  },
  Employee: {
    salaryAt: (employee, { date }, { loaders }) => loaders.salaryAt(date).load(employee.id),
    salaryHistory: (employee, args, { loaders }) => loaders.salaryHistory(args).load(employee.id),
    payments: (employee, args, { loaders }, info) =>
      loaders.paymentsOf(args, askedOfNodes(info)).load(employee.id),
  },
  SalaryChange: {
    changedBy: async (change, _args, { loaders }) => requireUser(await loaders.user.load(change.changedById)),
  },
} satisfies Resolvers;
