import { requireUser } from '../accounts/require-user.js';
import type { Resolvers } from '../generated/resolvers-types.js';
import { signedIn } from '../graphql/context.js';
import { counted } from '../graphql/counted.js';
import { askedIn, askedOf, askedOfNodes } from '../reads/asked.js';
import { loadOptional } from '../reads/loaders.js';
import { parseId } from '../values/ids.js';
import { issuePayment } from './issue-payment.js';
import { readIssuers } from './issuers.js';
import { listPayments } from './list-payments.js';

export const paymentResolvers = {
  Query: {
    payment: (_parent, { id }, context, info) =>
      context.loaders.payment(askedOf(info)).load(parseId(id, 'id')),
    payments: async (_parent, args, context, info) => {
      const asked = askedOfNodes(info);
      const page = await listPayments(context.deps, signedIn(context), args, asked);
      await readIssuers(context.deps, new Map([['', page]]), asked);
      return page;
    },
  },
  Mutation: {
    issuePayment: (_parent, { input }, context, info) =>
      counted(context.deps.metrics.payment, () =>
        issuePayment(
          context.deps,
          signedIn(context),
          input,
          askedIn(info, 'payment'),
          () => !context.signal.aborted,
        ),
      ),
  },
  Payment: {
    employee: async ({ employeeId }, _args, { loaders }, info) => {
      const employee = await loaders.employee(askedOf(info)).load(employeeId);
      if (!employee) throw new Error('the employee of a visible payment is missing');
      return employee;
    },
    issuedBy: ({ issuer, issuedById }, _args, { loaders }) =>
      issuer ?? loaders.user.load(issuedById).then(requireUser),
    payRun: (payment, _args, { loaders }) => loadOptional(loaders.payRun, payment.payRunId),
    voidedBy: (payment, _args, { loaders }) => loadOptional(loaders.user, payment.voidedById),
    replaces: (payment, _args, { loaders }, info) =>
      loadOptional(loaders.payment(askedOf(info)), payment.replacesId),
    replacedBy: (payment, _args, { loaders }) =>
      payment.voidedAt ? loaders.replacement.load(payment.id) : null,
  },
} satisfies Resolvers;
