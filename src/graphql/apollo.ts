import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { type GraphQLSchema, getOperationAST, type OperationDefinitionNode } from 'graphql';
import type { Logger } from '../telemetry/log.js';
import type { RequestContext } from './context.js';
import type { FormatError } from './format-error.js';
import { shownName } from './operations.js';
import { finishErrors, maxReportedErrors } from './outcomes.js';
import type { RequestFacts } from './request-facts.js';

export interface ApolloOptions {
  schema: GraphQLSchema;
  log: Logger;
  introspection: boolean;
  sandbox: boolean;
  formatError: FormatError;
}

/** Headers that no page of another site sends without a preflight (Fetch, "CORS-safelisted request-header"). */
export const headersOfOwnPages = ['authorization', 'apollo-require-preflight', 'x-apollo-operation-name'];

export function createApollo({
  schema,
  log,
  introspection,
  sandbox,
  formatError,
}: ApolloOptions): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    schema,
    introspection,
    formatError,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !introspection,
    allowBatchedHttpRequests: false,
    csrfPrevention: {
      // No page of another site sends one of these without asking first (Fetch, "CORS-safelisted request-header"). The
      // credentials that browsers add by themselves are `Basic` ones, and those are refused.
      requestHeaders: headersOfOwnPages,
    },
    persistedQueries: false,
    // Documents of signed-in callers are cached after their first time: see documents.ts. A cache of Apollo's would be
    // filled by anonymous callers too.
    documentStore: null,
    // Each error counts lines from the start of the document for each of its places.
    validationOptions: { maxErrors: maxReportedErrors },
    // Each fault found in the variables has a message that repeats all that the variable is, to be taken out of it again.
    executionOptions: { maxCoercionErrors: maxReportedErrors },
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      watchOperations,
      // It would wrap the resolver of every field of the schema, to find out what no answer here is: cacheable.
      ApolloServerPluginCacheControlDisabled(),
      sandbox
        ? ApolloServerPluginLandingPageLocalDefault({ footer: false, includeCookies: false })
        : ApolloServerPluginLandingPageDisabled(),
    ],
  });
}

function noteOperation(facts: RequestFacts, operation: OperationDefinitionNode | null | undefined): void {
  if (!operation) return;
  facts.operationType = operation.operation;
  const name = shownName(operation);
  if (name !== undefined) facts.operationName = name;
}

/** Notes how far a request got. */
const watchOperations: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ contextValue: { facts }, source, operation, document, request }) {
        if (source === undefined || operation !== undefined) return;
        facts.documentRefused = true;
        noteOperation(facts, document && getOperationAST(document, request.operationName));
      },
      async didResolveOperation({ contextValue: { facts }, operation }) {
        facts.operationResolved = true;
        noteOperation(facts, operation);
      },
      async willSendResponse({ contextValue, response }) {
        if (response.body.kind !== 'single') return;
        const { errors, data } = response.body.singleResult;
        if (!errors) return;
        response.body.singleResult.errors = finishErrors(errors, contextValue, data);
      },
    };
  },
};
