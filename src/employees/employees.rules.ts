import { adminsOnly, signedInOnly } from '../accounts/rules.js';

export const employeeRules = {
  Query: { employee: signedInOnly, employees: signedInOnly },
  Mutation: {
    editEmployee: adminsOnly,
    hireEmployee: adminsOnly,
    terminateEmployee: adminsOnly,
    rehireEmployee: adminsOnly,
  },
  // Below a login's payload, the viewer is who has logged in.
  User: { employee: signedInOnly },
};
