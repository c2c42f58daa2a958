import { Negotiator } from 'negotiator';

const json = 'application/json; charset=utf-8';
const graphqlResponse = 'application/graphql-response+json; charset=utf-8';

/** Browsers send two hundred. */
const maxAcceptCharacters = 1_000;

/**
 * Chooses the content type of a GraphQL answer as Apollo does.
 *
 * @returns undefined when the client accepts none that there is
 */
export function negotiateType(accept: string | undefined): string | undefined {
  // Choosing takes milliseconds for the longest, which a refusal under overload must not.
  if (accept !== undefined && accept.length > maxAcceptCharacters) return json;
  return accept ? new Negotiator({ headers: { accept } }).mediaType([json, graphqlResponse]) : json;
}

/** Whether a person's browser asks, and not a program. */
export function prefersHtml(accept: string | undefined): boolean {
  if (accept === undefined || accept.length > maxAcceptCharacters) return false;
  return (
    new Negotiator({ headers: { accept } }).mediaType([json, graphqlResponse, 'text/html']) === 'text/html'
  );
}

/** A refusal is sent whatever the client accepts. */
export function refusalType(accept: string | undefined): string {
  return negotiateType(accept) ?? json;
}

/**
 * The HTTP status of a document that can't be run: 400, but 200 in application/json, which intermediaries answer with as well
 * (GraphQL over HTTP, section 6.4).
 */
export function refusedDocumentStatus(accept: string | undefined): 200 | 400 {
  return refusalType(accept) === graphqlResponse ? 400 : 200;
}
