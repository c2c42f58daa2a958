import { GraphQLError } from 'graphql';
import { rule, shield } from 'graphql-shield';

const refusal = (code, message) => new GraphQLError(message, { extensions: { code } });

const isSignedIn = rule({ cache: 'contextual' })(
  (_parent, _args, { viewer }) => viewer !== null || refusal('UNAUTHENTICATED', 'Log in first.'),
);

const isAdmin = rule({ cache: 'contextual' })((_parent, _args, { viewer }) => {
  if (viewer === null) return refusal('UNAUTHENTICATED', 'Log in first.');
  return viewer.isAdmin || refusal('FORBIDDEN', 'Only an admin may do this.');
});

export const permissions = shield(
  {
    Query: { '*': isSignedIn },
    Mutation: { issuePayment: isAdmin },
  },
  { allowExternalErrors: true },
);
