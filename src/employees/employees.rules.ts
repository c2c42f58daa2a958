import { isAdmin, isSignedIn } from '../auth/auth.rules.js';

export const employeeRules = {
  Query: { employee: isSignedIn, employees: isSignedIn },
  Mutation: { editEmployee: isAdmin },
};
