import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLSchema } from 'graphql';
import type { RequestContext } from '../context.js';
import type { FormatError } from '../errors.js';
import type { Logger } from '../log.js';
import { finishErrors } from './outcomes.js';

export interface ApolloOptions {
  schema: GraphQLSchema;
  log: Logger;
  introspection: boolean;
  sandbox: boolean;
  formatError: FormatError;
}

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
      requestHeaders: ['authorization', 'apollo-require-preflight', 'x-apollo-operation-name'],
    },
    persistedQueries: false,
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

/** Notes how far a request got. */
const watchOperations: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ contextValue, source, operation }) {
        if (source !== undefined && operation === undefined) contextValue.facts.documentRefused = true;
      },
      async didResolveOperation({ contextValue, operationName, operation }) {
        contextValue.facts.operationResolved = true;
        if (operation) contextValue.facts.operationType = operation.operation;
        if (operationName) contextValue.facts.operationName = operationName;
      },
      async responseForOperation({ contextValue, response }) {
        if (!contextValue.validateOnly) return null;
        return { ...response, body: { kind: 'single', singleResult: {} } };
      },
      async willSendResponse({ contextValue, response }) {
        if (response.body.kind !== 'single') return;
        const { singleResult } = response.body;
        if (singleResult.errors) singleResult.errors = finishErrors(singleResult.errors, contextValue);
      },
    };
  },
};
