import { adminsOnly, readersOnly, signedInOnly } from '../accounts/rules.js';

export const paymentRules = {
  Query: { payment: signedInOnly, payments: signedInOnly, payrollSummary: readersOnly },
  Mutation: { issuePayment: adminsOnly, voidPayment: adminsOnly, importFile: adminsOnly },
};
