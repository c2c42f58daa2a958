import { ApolloServer } from '@apollo/server';
import { afterAll, expect } from 'vitest';
import { type RawAnswer, sendRaw } from '../bearer/raw.js';
import { type Harness, useStipend } from '../harness.js';

export type { RawAnswer } from '../bearer/raw.js';

/** What is sent. */
export interface Sent {
  query: string;
  variables?: unknown;
  operationName?: unknown;
  extensions?: unknown;
  token?: string | undefined;
  headers?: Record<string, string>;
}

const { executeHTTPGraphQLRequest } = ApolloServer.prototype;
let runs = 0;

/** How many requests Apollo has run. The server is in this process: a known document leaves no other trace. */
export function apolloRuns(): number {
  return runs;
}

/** Starts Stipend, and counts what Apollo runs. */
export async function useServer(env: Record<string, string> = {}): Promise<Harness> {
  ApolloServer.prototype.executeHTTPGraphQLRequest = function (request) {
    runs += 1;
    return executeHTTPGraphQLRequest.call(this, request);
  };
  afterAll(() => {
    ApolloServer.prototype.executeHTTPGraphQLRequest = executeHTTPGraphQLRequest;
  });
  return useStipend(env);
}

/** Sends it once. @returns the answer as its bytes came, with the headers sorted */
export async function send(t: Harness, { token, headers = {}, ...body }: Sent): Promise<RawAnswer> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (token !== undefined) lines.push(`authorization: Bearer ${token}`);
  const answer = await sendRaw(t.url, lines, JSON.stringify(body));
  return { ...answer, headers: answer.headers.toSorted() };
}

let documents = 0;

/** The same document to GraphQL, of the same length each time, and one that no server has seen. */
export function unseen(query: string): string {
  documents += 1;
  return `${query.replace(/ # \d{6}$/, '')} # ${String(documents).padStart(6, '0')}`;
}

/** Sends it as a document that the server has not seen, which Apollo runs. */
export async function sendUnseen(t: Harness, sent: Sent): Promise<RawAnswer> {
  return send(t, { ...sent, query: unseen(sent.query) });
}

/** Sends it until the server knows its document. */
export async function makeKnown(t: Harness, sent: Sent): Promise<void> {
  await send(t, sent);
  await sendKnown(t, sent);
}

/** Sends it, and fails should Apollo run it. */
export async function sendKnown(t: Harness, sent: Sent): Promise<RawAnswer> {
  const before = apolloRuns();
  const answer = await send(t, sent);
  expect(apolloRuns() - before, 'Apollo runs the document').toBe(0);
  return answer;
}

/** Sends a new document several times: the answer is the one that Apollo gives, to the byte. */
export async function expectSame(t: Harness, sent: Sent): Promise<RawAnswer> {
  return expectSameOfKnown(t, { ...sent, query: unseen(sent.query) });
}

/** The same for a document that may be known. */
export async function expectSameOfKnown(t: Harness, sent: Sent): Promise<RawAnswer> {
  const answer = await sendUnseen(t, sent);
  for (const time of [1, 2]) expect(await send(t, sent), `time ${time}`).toEqual(answer);
  return answer;
}

/** What an answer's body says. */
export function bodyOf({ body }: RawAnswer): {
  data?: Record<string, unknown> | null;
  errors?: Array<{ message: string; path?: unknown[]; extensions: { code: string; field?: string } }>;
} {
  return JSON.parse(body);
}

/** The codes of an answer's errors. */
export function codesOf(answer: RawAnswer): string[] {
  return (bodyOf(answer).errors ?? []).map(({ extensions }) => extensions.code);
}

const companyTables = /\b(employees|salary_changes|payments|idempotency_records|audit_entries)\b/;

/** How many statements about the company were sent. */
export function companyStatements(t: Harness): number {
  return t.statements.filter((text) => companyTables.test(text)).length;
}
