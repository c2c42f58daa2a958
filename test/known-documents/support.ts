import { ApolloServer } from '@apollo/server';
import { afterAll, expect, type MockInstance, vi } from 'vitest';
import { type RawAnswer, sendRaw } from '../bearer/raw.js';
import { type Harness, useStipend } from '../harness.js';

/** How requests are sent to one server: with documents that it has never seen, which Apollo runs, or as they are. */
export interface Way {
  url: string;
  isUnseen: boolean;
  logLines: string[];
  /** Every SQL statement that was sent. */
  statements: string[];
}

export interface Ways {
  t: Harness;
  apollo: Way;
  known: Way;
}

/** What is sent. A header whose value is undefined is not. */
export interface Sent {
  query: string;
  variables?: unknown;
  operationName?: unknown;
  extensions?: unknown;
  token?: string | undefined;
  headers?: Record<string, string>;
}

let apollo: MockInstance<typeof ApolloServer.prototype.executeHTTPGraphQLRequest> | undefined;

/** How often Apollo was asked: the server runs in this process, and what goes past Apollo leaves no other trace. */
export function apolloRuns(): number {
  return apollo?.mock.calls.length ?? 0;
}

/** Starts a server, and says how it is asked. */
export async function useWays(env: Record<string, string> = {}): Promise<Ways> {
  const t = await useStipend(env);
  const spy = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  apollo = spy;
  afterAll(() => spy.mockRestore());
  const { url, logLines, statements } = t;
  return {
    t,
    apollo: { url, logLines, statements, isUnseen: true },
    known: { url, logLines, statements, isUnseen: false },
  };
}

/** Sends it once. @returns the answer as its bytes came, with the headers sorted */
export async function ask(way: Way, { token, headers = {}, ...given }: Sent): Promise<RawAnswer> {
  const { url, isUnseen } = way;
  const body = isUnseen ? { ...given, query: unseen(given.query) } : given;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (token !== undefined) lines.push(`authorization: Bearer ${token}`);
  const answer = await sendRaw(url, lines, JSON.stringify(body));
  return { ...answer, headers: answer.headers.toSorted() };
}

const companyTables = /\b(employees|salary_changes|payments|idempotency_records|audit_entries)\b/;

/** How many statements about the company were sent. */
export function companyStatements({ t }: Ways): number {
  return t.statements.filter((text) => companyTables.test(text)).length;
}

let documents = 0;

/** The same document to GraphQL, of the same length each time, and one that no server has seen. */
export function unseen(query: string): string {
  documents += 1;
  return `${query.replace(/ # \d{6}$/, '')} # ${String(documents).padStart(6, '0')}`;
}

/** Sends it until Apollo is not asked any more. It fails when that never comes. */
export async function makeKnown(way: Way, sent: Sent): Promise<void> {
  await ask(way, sent);
  const before = apolloRuns();
  await ask(way, sent);
  expect(apolloRuns() - before, 'it goes past Apollo the second time').toBe(0);
}

/** Sends a document that is new several times: Apollo says what the answer is, to the byte. */
export async function expectSame(ways: Ways, given: Sent): Promise<RawAnswer> {
  return expectSameOfKnown(ways, { ...given, query: unseen(given.query) });
}

/** The same for a document that may be known. */
export async function expectSameOfKnown(ways: Ways, sent: Sent): Promise<RawAnswer> {
  const answer = await ask(ways.apollo, sent);
  for (const time of [1, 2, 3]) expect(await ask(ways.known, sent), `time ${time}`).toEqual(answer);
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
