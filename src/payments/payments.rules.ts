import { adminsOnly, signedInOnly } from '../accounts/rules.js';

export const paymentRules = {
  Query: { payment: signedInOnly, payments: signedInOnly },
  Mutation: { issuePayment: adminsOnly, voidPayment: adminsOnly, importFile: adminsOnly },
};
