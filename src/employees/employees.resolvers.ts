import { signedIn } from '../context.js';
import { dayOf } from '../dates.js';
import { AppError } from '../errors.js';
import type { Resolvers } from '../generated/resolvers-types.js';
import { parseId } from '../ids.js';
import { formatMoney } from '../money.js';
import { requireUser } from '../users/require-user.js';
import { editEmployee } from './edit-employee.js';
import { employeeStatus, listEmployees } from './employee.js';

export const employeeResolvers = {
  Query: {
    employee: (_parent, { id }, context) => context.loaders.employee.load(parseId(id, 'id')),
    employees: (_parent, args, context) => listEmployees(context.deps, signedIn(context), args),
  },
  Mutation: {
    editEmployee: async (_parent, { input }, context) => {
      const { id } = await editEmployee(context.deps, signedIn(context), input);
      const employee = await context.loaders.employee.load(id);
      if (!employee) throw new AppError('NOT_FOUND', 'There is no such employee.', { field: 'id' });
      return { employee };
    },
  },
  Employee: {
    status: (employee, _args, { deps }) => employeeStatus(employee, dayOf(deps.clock.now())),
    salary: ({ salaryMinor, currency }) => formatMoney({ amountMinor: salaryMinor, currency }),
    salaryAt: (employee, { date }, { loaders }) => loaders.salaryAt(date).load(employee.id),
    salaryHistory: (employee, args, { loaders }) => loaders.salaryHistory(args).load(employee.id),
    bankAccount: ({ bankHolder: holder, bankCountry: country, bankLastFour: lastFour }) =>
      holder && country && lastFour ? { holder, country, lastFour } : null,
    payments: (employee, args, { loaders }) => loaders.paymentsOf(args).load(employee.id),
  },
  SalaryChange: {
    salary: (change) => formatMoney(change),
    changedBy: async (change, _args, { loaders }) => requireUser(await loaders.user.load(change.changedById)),
  },
} satisfies Resolvers;
