import { ApolloLink, Observable } from '@apollo/client';
import { print } from 'graphql';
import type { StipendClient } from './client.js';
import type { OperationOptions } from './options.js';

declare module '@apollo/client' {
  // What an operation's context may have, beside what others put there.
  interface DefaultContext extends Pick<OperationOptions, 'onKey' | 'idempotencyKey'> {}
}

/** The last link of an Apollo Client: it sends operations with the client's session, keys and retries. */
export function stipendLink(client: StipendClient): ApolloLink {
  return new ApolloLink(
    (operation) =>
      new Observable((observer) => {
        const { query, variables, operationName, operationType } = operation;
        const { onKey, idempotencyKey } = operation.getContext();
        const abort = new AbortController();
        client
          .execute(
            { query: print(query), variables, ...(operationName !== undefined && { operationName }) },
            {
              signal: abort.signal,
              ...(onKey && { onKey }),
              ...(idempotencyKey !== undefined && { idempotencyKey }),
            },
          )
          .then(
            ({ data, errors, extensions }) => {
              observer.next({
                data: data,
                ...(errors && { errors }),
                ...(extensions && { extensions }),
              });
              observer.complete();
            },
            (error) => observer.error(error),
          );
        // Nobody waits for a query any more. A mutation goes on.
        return () => operationType === 'query' && abort.abort();
      }),
  );
}
