import { isAdmin, isSignedIn } from '../auth/auth.rules.js';

export const paymentRules = {
  Query: { payment: isSignedIn, payments: isSignedIn },
  Mutation: { issuePayment: isAdmin },
};
