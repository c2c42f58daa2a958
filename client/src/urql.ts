import {
  type Exchange,
  makeErrorResult,
  makeResult,
  type Operation,
  type OperationResult,
  stringifyDocument,
} from '@urql/core';
import { filter, make, merge, mergeMap, pipe, takeUntil } from 'wonka';
import type { StipendClient } from './client.js';
import { recordOf } from './tokens.js';

/** In place of urql's `fetchExchange`: sends operations with the client's session, keys and retries. */
export function stipendExchange(client: StipendClient): Exchange {
  return ({ forward }) =>
    (operations) => {
      const results = pipe(
        operations,
        filter(isSent),
        mergeMap((operation) =>
          pipe(
            send(client, operation),
            takeUntil(
              pipe(
                operations,
                filter(({ kind, key }) => kind === 'teardown' && key === operation.key),
              ),
            ),
          ),
        ),
      );
      const others = pipe(
        operations,
        filter((operation) => !isSent(operation)),
        forward,
      );
      return merge([results, others]);
    };
}

function isSent({ kind }: Operation): boolean {
  return kind === 'query' || kind === 'mutation';
}

function send(client: StipendClient, operation: Operation) {
  return make<OperationResult>(({ next, complete }) => {
    const abort = new AbortController();
    void resultOf(client, operation, abort.signal).then((result) => {
      next(result);
      complete();
    });
    // Nobody waits for a query any more. A mutation goes on.
    return () => {
      if (operation.kind === 'query') abort.abort();
    };
  });
}

async function resultOf(
  client: StipendClient,
  operation: Operation,
  signal: AbortSignal,
): Promise<OperationResult> {
  const query = stringifyDocument(operation.query);
  try {
    const answer = await client.execute({ query, variables: recordOf(operation.variables) }, { signal });
    const { data, errors, extensions } = answer;
    return makeResult(operation, {
      data,
      ...(errors && { errors: errors.map(({ path = [], ...error }) => ({ ...error, path: [...path] })) }),
      ...(extensions && { extensions }),
    });
  } catch (error) {
    return makeErrorResult(operation, error instanceof Error ? error : new Error(String(error)));
  }
}
