import { signedIn } from '../context.js';
import { counted } from '../counted.js';
import type { Resolvers } from '../generated/resolvers-types.js';
import { parseId } from '../ids.js';
import { loadOptional } from '../loaders.js';
import { formatMoney } from '../money.js';
import { requireUser } from '../users/require-user.js';
import { issuePayment } from './issue-payment.js';
import { listPayments } from './list-payments.js';

export const paymentResolvers = {
  Query: {
    payment: (_parent, { id }, context) => context.loaders.payment.load(parseId(id, 'id')),
    payments: (_parent, args, context) => listPayments(context.deps, signedIn(context), args),
  },
  Mutation: {
    issuePayment: (_parent, { input }, context) =>
      counted(context.deps.metrics.payment, () => issuePayment(context.deps, signedIn(context), input)),
  },
  Payment: {
    employee: async (payment, _args, { loaders }) => {
      const employee = await loaders.employee.load(payment.employeeId);
      if (!employee) throw new Error('the employee of a visible payment is missing');
      return employee;
    },
    amount: (payment) => formatMoney(payment),
    period: ({ periodStart: start, periodEnd: end }) => (start && end ? { start, end } : null),
    status: (payment) => (payment.voidedAt ? 'VOIDED' : 'ISSUED'),
    issuedBy: async (payment, _args, { loaders }) => requireUser(await loaders.user.load(payment.issuedById)),
    payRun: (payment, _args, { loaders }) => loadOptional(loaders.payRun, payment.payRunId),
    voidedBy: (payment, _args, { loaders }) => loadOptional(loaders.user, payment.voidedById),
    replaces: (payment, _args, { loaders }) => loadOptional(loaders.payment, payment.replacesId),
    replacedBy: (payment, _args, { loaders }) =>
      payment.voidedAt ? loaders.replacement.load(payment.id) : null,
  },
} satisfies Resolvers;
