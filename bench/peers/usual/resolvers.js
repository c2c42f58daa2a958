import { GraphQLError } from 'graphql';
import { statusOf } from '../shared/days.js';
import { issuePayment } from '../shared/issue-payment-with-prisma.js';
import { money } from '../shared/money.js';
import { prisma } from '../shared/prisma-client.js';
import { scalars } from '../shared/scalars.js';

/** Prisma's cursor pagination: one row more than the page says whether another page follows. */
async function page(model, { first, after }, query) {
  const rows = await model.findMany({
    ...query,
    take: first + 1,
    ...(after && { cursor: { id: after }, skip: 1 }),
  });
  const nodes = rows.slice(0, first);
  return { nodes, pageInfo: { hasNextPage: rows.length > first, endCursor: nodes.at(-1)?.id ?? null } };
}

export const resolvers = {
  ...scalars,
  Query: {
    employee: (_parent, { id }) => prisma.employee.findUnique({ where: { id } }),
    employees: (_parent, args) => page(prisma.employee, args, { orderBy: { id: 'asc' } }),
  },
  Mutation: {
    issuePayment: (_parent, { input }, { viewer }) =>
      issuePayment(viewer, input, (code, message) => new GraphQLError(message, { extensions: { code } })),
  },
  Employee: {
    status: (employee) => statusOf(employee),
    salary: async (employee, _args, { loaders }) => {
      const { amountMinor, currency } = await loaders.salary.load(employee.id);
      return money(amountMinor, currency);
    },
    payments: (employee, args) =>
      page(prisma.payment, args, {
        where: { employeeId: employee.id },
        orderBy: [{ issuedAt: 'desc' }, { id: 'desc' }],
      }),
  },
  Payment: {
    amount: ({ amountMinor, currency }) => money(amountMinor, currency),
    period: ({ periodStart, periodEnd }) => periodStart && { start: periodStart, end: periodEnd },
    status: ({ voidedAt }) => (voidedAt ? 'VOIDED' : 'ISSUED'),
    issuedBy: (payment, _args, { loaders }) => loaders.user.load(payment.issuedById),
  },
};
