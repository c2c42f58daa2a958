import { ApolloServer } from '@apollo/server';
import { afterAll, expect, type MockInstance, vi } from 'vitest';
import type { ShortWay } from '../../src/http/graphql-route.js';
import { createApp } from '../../src/start/app.js';
import { parseConfig } from '../../src/start/config.js';
import { createLog } from '../../src/telemetry/log.js';
import { type RawAnswer, sendRaw } from '../bearer/raw.js';
import { type Harness, jwtSecret, useStipend } from '../harness.js';

/** One process of Stipend, which goes past Apollo never, with what it knows, or from the first time on. */
export interface Way {
  url: string;
  logLines: string[];
  /** Every SQL statement that it sent. */
  statements: string[];
}

export interface Ways {
  t: Harness;
  never: Way;
  known: Way;
  always: Way;
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

/** Whether a request that was sent before goes to Apollo again, or past it; either will do where nothing depends on it. */
export type Expected = 'short' | 'long' | 'either';

let apollo: MockInstance<typeof ApolloServer.prototype.executeHTTPGraphQLRequest> | undefined;

/** How often Apollo was asked: the server runs in this process, and what goes past Apollo leaves no other trace. */
export function apolloRuns(): number {
  return apollo?.mock.calls.length ?? 0;
}

/** Starts three processes on one database, that differ in when they go past Apollo and in nothing else. */
export async function useWays(env: Record<string, string> = {}): Promise<Ways> {
  const t = await useStipend(env);
  const spy = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  apollo = spy;
  afterAll(() => spy.mockRestore());
  return {
    t,
    never: await start(t, env, 'never'),
    known: await start(t, env, 'known'),
    always: await start(t, env, 'always'),
  };
}

async function start(
  { database, clock }: Harness,
  env: Record<string, string>,
  shortWay: ShortWay,
): Promise<Way> {
  const logLines: string[] = [];
  const statements: string[] = [];
  const config = parseConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    JWT_SECRET: jwtSecret,
    DATA_KEY: 'a data key for tests, of more than 32 bytes',
    ...env,
  });
  const log = createLog(config.logLevel, { write: (line: string) => logLines.push(line) });
  const app = await createApp(config, { log, clock, shortWay, onStatement: (text) => statements.push(text) });
  afterAll(() => app.stop());
  return { url: app.url, logLines, statements };
}

/** Sends it once. @returns the answer as its bytes came, with the headers sorted */
export async function ask({ url }: Way, { token, headers = {}, ...body }: Sent): Promise<RawAnswer> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (token !== undefined) lines.push(`authorization: Bearer ${token}`);
  const answer = await sendRaw(url, lines, JSON.stringify(body));
  return { ...answer, headers: answer.headers.toSorted() };
}

const companyTables = /\b(employees|salary_changes|payments|idempotency_records|audit_entries)\b/;

/** How many statements about the company they have sent. */
export function companyStatements({ never, known, always }: Ways): number {
  return [never, known, always]
    .flatMap(({ statements }) => statements)
    .filter((text) => companyTables.test(text)).length;
}

let documents = 0;

/** The same document to GraphQL, and one that no process has seen. */
export function unseen(query: string): string {
  documents += 1;
  return `${query} # ${documents}`;
}

/** Sends it until Apollo is not asked any more. It fails when that never comes. */
export async function makeKnown(way: Way, sent: Sent): Promise<void> {
  await ask(way, sent);
  const before = apolloRuns();
  await ask(way, sent);
  expect(apolloRuns() - before, 'it goes past Apollo the second time').toBe(0);
}

/**
 * Sends a document that is new to all of them several times to each: what never goes past Apollo says what the answer is,
 * to the byte.
 */
export async function expectSame(ways: Ways, given: Sent, expected: Expected = 'short'): Promise<RawAnswer> {
  const sent = { ...given, query: unseen(given.query) };
  return expectSameOfKnown(ways, sent, expected);
}

/** The same for a document that some of them may know. */
export async function expectSameOfKnown(
  ways: Ways,
  sent: Sent,
  expected: Expected = 'short',
): Promise<RawAnswer> {
  const answer = await ask(ways.never, sent);
  for (const way of [ways.known, ways.always]) {
    for (const time of [1, 2, 3]) {
      const before = apolloRuns();
      expect(await ask(way, sent), `time ${time}`).toEqual(answer);
      const runs = apolloRuns() - before;
      if (time === 3 && expected !== 'either') expect(runs > 0 ? 'long' : 'short').toBe(expected);
    }
  }
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
