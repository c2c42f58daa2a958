import { requireUser } from '../accounts/require-user.js';
import type { Resolvers } from '../generated/resolvers-types.js';
import { loadOptional } from '../reads/loaders.js';

export const payRunResolvers = {
  PayRun: {
    period: ({ periodStart, periodEnd }) => ({ start: periodStart, end: periodEnd }),
    draftedBy: async (payRun, _args, { loaders }) => requireUser(await loaders.user.load(payRun.draftedById)),
    approvedBy: (payRun, _args, { loaders }) => loadOptional(loaders.user, payRun.approvedById),
    issuedBy: (payRun, _args, { loaders }) => loadOptional(loaders.user, payRun.issuedById),
  },
} satisfies Resolvers;
