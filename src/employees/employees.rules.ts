import { adminsOnly, signedInOnly } from '../accounts/rules.js';

export const employeeRules = {
  Query: { employee: signedInOnly, employees: signedInOnly },
  Mutation: { editEmployee: adminsOnly },
  // A login's payload has a User before anybody is signed in.
  User: { employee: signedInOnly },
};
