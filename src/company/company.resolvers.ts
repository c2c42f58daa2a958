import { signedIn, type Viewer } from '../accounts/viewer.js';
import type { MutationEditCompanyArgs } from '../generated/schema-types.js';
import { readCompany } from './company.js';
import { type EditCompanyDeps, editCompany } from './edit-company.js';

interface Context {
  viewer: Viewer;
  deps: EditCompanyDeps;
}

type Parent = unknown;

export const companyResolvers = {
  Query: {
    company: (_parent: Parent, _args: unknown, { deps, viewer }: Context) =>
      readCompany(deps.database, viewer),
  },
  Mutation: {
    editCompany: async (_parent: Parent, { input }: MutationEditCompanyArgs, { deps, viewer }: Context) => {
      await editCompany(deps, signedIn(viewer), input);
      return { company: await readCompany(deps.database, viewer) };
    },
  },
};
