import { adminsOnly, readersOnly, signedInOnly } from '../accounts/rules.js';

export const payRunRules = {
  Query: { payComponents: signedInOnly, payRun: readersOnly, payRuns: readersOnly },
  Mutation: {
    createPayComponent: adminsOnly,
    editPayComponent: adminsOnly,
    archivePayComponent: adminsOnly,
    setEmployeeComponent: adminsOnly,
    endEmployeeComponent: adminsOnly,
    draftPayRun: adminsOnly,
    editPayRun: adminsOnly,
    importPayRunLines: adminsOnly,
    recomputePayRun: adminsOnly,
    approvePayRun: adminsOnly,
    reopenPayRun: adminsOnly,
    issuePayRun: adminsOnly,
    cancelPayRun: adminsOnly,
  },
};
