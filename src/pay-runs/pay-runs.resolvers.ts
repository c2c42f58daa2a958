import { userTable } from '../accounts/user.js';
import type { Viewer } from '../accounts/viewer.js';
import type { Payment } from '../payments/payment.js';
import type { Reads } from '../reads/reads.js';
import { type PayRun, payRunTable } from './pay-run.js';

interface Context {
  reads: Reads<Viewer>;
}

export const payRunResolvers = {
  PayRun: {
    draftedBy: ({ draftedById }: PayRun, _args: unknown, { reads }: Context) =>
      reads.byForeignKey(userTable, draftedById),
    approvedBy: ({ approvedById }: PayRun, _args: unknown, { reads }: Context) =>
      reads.byIdOrNull(userTable, approvedById),
    issuedBy: ({ issuedById }: PayRun, _args: unknown, { reads }: Context) =>
      reads.byIdOrNull(userTable, issuedById),
  },
  Payment: {
    payRun: ({ payRunId }: Payment, _args: unknown, { reads }: Context) =>
      reads.byIdOrNull(payRunTable, payRunId),
  },
};
