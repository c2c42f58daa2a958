import { requireUser } from '../accounts/require-user.js';
import type { Resolvers } from '../generated/resolvers-types.js';
import { signedIn } from '../graphql/context.js';
import { askedOf, askedOfNodes } from '../reads/asked.js';
import { AppError } from '../values/app-error.js';
import { parseId } from '../values/ids.js';
import { editEmployee } from './edit-employee.js';
import { employeeRows } from './employee.js';
import { paymentsBeside } from './employee-with-payments.js';
import { listEmployees } from './list-employees.js';

export const employeeResolvers = {
  Query: {
    employee: (_parent, { id }, { loaders }, info) => {
      const asked = askedOf(info);
      const loader = loaders.employeeWithPayments(paymentsBeside(info, asked), asked);
      return loader.load(parseId(id, 'id'));
    },
    employees: (_parent, args, context, info) => {
      const asked = askedOfNodes(info);
      const beside = asked.answer ? paymentsBeside(info, asked) : [];
      return listEmployees(context.deps, signedIn(context), args, asked, beside);
    },
  },
  Mutation: {
    editEmployee: async (_parent, { input }, context) => {
      const { id } = await editEmployee(context.deps, signedIn(context), input);
      const employee = await context.loaders.employee(employeeRows.everyField).load(id);
      if (!employee) throw new AppError('NOT_FOUND', 'There is no such employee.', { field: 'id' });
      return { employee };
    },
  },
  Employee: {
    salaryAt: (employee, { date }, { loaders }) => loaders.salaryAt(date).load(employee.id),
    salaryHistory: (employee, args, { loaders }) => loaders.salaryHistory(args).load(employee.id),
    payments: ({ id, paymentsRead }, args, { loaders }, info) =>
      paymentsRead?.as === info.path.key
        ? paymentsRead.page
        : loaders.paymentsOf(args, askedOfNodes(info)).load(id),
  },
  SalaryChange: {
    changedBy: async (change, _args, { loaders }) => requireUser(await loaders.user.load(change.changedById)),
  },
} satisfies Resolvers;
