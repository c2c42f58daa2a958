import { expect } from 'vitest';
import { type Answer, send } from '../client.js';
import { expectData } from '../expect.js';
import type { Harness } from '../harness.js';

/** What a test reads of any connection. */
export interface Connection {
  nodes: Array<{ id: string }>;
  edges: Array<{ cursor: string; node: { id: string } }>;
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/** The selection of a Connection; `id` may be exchanged for a node that has none. */
export const connectionFields = `
  nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;

/** Pages forwards from the first page to the last, as `endCursor` and `hasNextPage` say. */
export async function readPages(read: (after: string | null) => Promise<Connection>): Promise<Connection[]> {
  const pages: Connection[] = [];
  let after: string | null = null;
  do {
    const page: Connection = await read(after);
    pages.push(page);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    expect(pages.length).toBeLessThan(200);
  } while (after !== null);
  return pages;
}

export function idsOf(pages: Connection | Connection[]): string[] {
  return [pages].flat().flatMap(({ nodes }) => nodes.map(({ id }) => id));
}

/** What a read answers. It fails on any error. */
export async function readData(
  t: Harness,
  query: string,
  variables: object,
  account: { token: string },
): Promise<Answer['data']> {
  const answer = await t.gql(query, variables, account);
  expectData(answer);
  return answer.data;
}

const companyTables = /\b(employees|salary_changes|payments|pay_runs|users)\b/;

/** The SQL that one read runs, without what it takes to know the caller and what a process does by the clock. */
export async function statementsOf(
  t: Harness,
  query: string,
  variables: object,
  account: { token: string },
): Promise<string[]> {
  const before = t.statements.length;
  await readData(t, query, variables, account);
  return t.statements.slice(before).filter((text) => companyTables.test(text) && !/\bsessions\b/.test(text));
}

/**
 * Every fault of the answer is the client's, and nothing but the fault is answered.
 *
 * @param field the one at fault; one within a variable that GraphQL itself refuses goes without the variable's name
 */
export function expectBadInput(answer: Answer, field?: string): void {
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toContain('BAD_USER_INPUT');
  for (const { extensions } of answer.errors ?? []) {
    expect(extensions.code).toBe('BAD_USER_INPUT');
    if (field !== undefined) expect([field, field.replace('filter.', '')]).toContain(extensions.field);
  }
  expect(Object.values(answer.data ?? {}).filter((value) => value !== null)).toEqual([]);
}

/** Texts that no list holds and no database takes, and values that are no text. */
export const hostileTexts: Record<string, string> = {
  NUL: 'a\u0000b',
  'a lone high surrogate': '\ud800',
  'a lone low surrogate': 'x\udc00y',
  'an escape character': '\u001b[31m',
  'a huge text': 'x'.repeat(10_000),
};

export const noText: Record<string, unknown> = {
  'a boolean': true,
  'an object': { id: 'x' },
  'a float': 1.5,
};

/** Sends an operation to another process on the same database. */
export function ask(url: string, query: string, variables: object, account: { token: string }) {
  return send(url, { query, variables, token: account.token });
}

/** A cursor as a list gives it for a row with this sort key. */
export function cursorOf(list: string, ...sortKey: string[]): string {
  return Buffer.from([list, ...sortKey].join(' ')).toString('base64url');
}

/** Texts that are no list's cursor, however they may look. */
export function malformedCursors(genuine: string): string[] {
  return [
    '',
    ' ',
    'x',
    'null',
    '0'.repeat(36),
    genuine.slice(0, -1),
    genuine.slice(1),
    genuine.slice(0, 12),
    `${genuine}A`,
    `${genuine}=`,
    ` ${genuine}`,
    `${genuine}\n`,
    `${genuine}${genuine}`,
    genuine.toLowerCase(),
    Buffer.from(genuine, 'base64url').toString(),
    'payments\u0000',
    '\ud800',
    'A'.repeat(10_000),
    "' OR 1=1 --",
  ];
}
