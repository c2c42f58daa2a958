import { adminsOnly, signedInOnly } from '../accounts/rules.js';

export const companyRules = {
  Query: { company: signedInOnly },
  Mutation: { editCompany: adminsOnly },
};
