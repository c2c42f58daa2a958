import { isAdmin, isSignedIn } from '../accounts/auth.rules.js';

export const paymentRules = {
  Query: { payment: isSignedIn, payments: isSignedIn },
  Mutation: { issuePayment: isAdmin },
};
