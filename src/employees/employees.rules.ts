import { isAdmin, isSignedIn } from '../accounts/auth.rules.js';

export const employeeRules = {
  Query: { employee: isSignedIn, employees: isSignedIn },
  Mutation: { editEmployee: isAdmin },
};
