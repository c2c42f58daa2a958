import { isStipendError, StipendClient } from '@stipend/client';
import { MeDocument, type MeQuery } from './generated/graphql.js';
import { logInAgain } from './session.js';

interface Document<Result, Variables> {
  toString(): string;
  __apiType?: (variables: Variables) => Result;
}

/** The session is in a cookie that no script reads: see docs/decisions/console-session.md. */
export const client = new StipendClient({
  url: '/graphql',
  session: 'cookie',
  retry: { maxTries: 3, maxSeconds: 12, timeoutSeconds: 20 },
});

/**
 * Asks the API. When the session is over, somebody logs in again in a dialog, and the request is sent once more.
 *
 * @throws StipendError: `ui/failure.tsx` has a sentence for each
 */
export function ask<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  return withSession(() => client.query<Result, object>(textOf(document), Object(variables)));
}

/** Like `ask`, for mutations. A payment's key is in its input, and stays the same when it is sent again. */
export function change<Result, Variables>(document: Document<Result, Variables>, variables: Variables) {
  return withSession(() => client.mutate<Result, object>(textOf(document), Object(variables)));
}

/** Longer than the server lets a step of a pay run, or an import, take unless it is told otherwise. */
const longSeconds = 200;

/** Like `change`, for a step of a pay run and an import, which the server is given minutes for. */
export function changeLong<Result, Variables>(document: Document<Result, Variables>, variables: Variables) {
  return withSession(() =>
    client.mutate<Result, object>(textOf(document), Object(variables), { timeoutSeconds: longSeconds }),
  );
}

/** As the list of the trusted documents has it: without the space that graphql-codegen puts around it. */
const textOf = (document: { toString(): string }) => ({ toString: () => document.toString().trim() });

export async function withSession<Result>(send: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!isStipendError(error, 'UNAUTHENTICATED')) throw error;
      await logInAgain();
    }
  }
}

/** Who is logged in, without a dialog when nobody is. */
export const readMe = async () => (await client.query<MeQuery>(textOf(MeDocument))).me;
