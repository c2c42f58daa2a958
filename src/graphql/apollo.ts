import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLSchema } from 'graphql';
import type { RequestContext } from '../context.js';
import { formatError } from '../errors.js';
import type { Logger } from '../log.js';

export interface ApolloOptions {
  schema: GraphQLSchema;
  log: Logger;
  introspection: boolean;
  sandbox: boolean;
}

export function createApollo({
  schema,
  log,
  introspection,
  sandbox,
}: ApolloOptions): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    schema,
    introspection,
    formatError: formatError(log, { hideSchema: !introspection }),
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !introspection,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      reportErrors,
      sandbox
        ? ApolloServerPluginLandingPageLocalDefault({ footer: false, includeCookies: false })
        : ApolloServerPluginLandingPageDisabled(),
    ],
  });
}

/** A document can have as many faults as fields: the first few tell enough. */
const mostReported = 5;

/** Tells the log what came of an operation, and keeps the answer's errors short and traceable. */
const reportErrors: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ contextValue, source, operation }) {
        if (source !== undefined && operation === undefined) contextValue.facts.documentRefused = true;
      },
      async didResolveOperation({ contextValue, operationName, operation }) {
        if (operation) contextValue.facts.operationType = operation.operation;
        if (operationName) contextValue.facts.operationName = operationName;
      },
      async willSendResponse({ contextValue, response }) {
        if (response.body.kind !== 'single') return;
        const { singleResult } = response.body;
        if (!singleResult.errors) return;
        const { facts, requestId } = contextValue;
        const errors = facts.documentRefused
          ? singleResult.errors.slice(0, mostReported)
          : singleResult.errors;
        const code: unknown = errors[0]?.extensions?.code;
        if (typeof code === 'string') facts.errorCode = code;
        singleResult.errors = requestId
          ? errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }))
          : errors;
      },
    };
  },
};
