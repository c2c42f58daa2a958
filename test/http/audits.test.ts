import { serverAudits } from 'graphql-http';
import { describe, expect, test } from 'vitest';
import { useStipend } from '../harness.js';

const t = await useStipend();

const url = `${t.url}/graphql`;

/** As whoever is signed in sends requests. */
const signedInFetch: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set('authorization', `Bearer ${t.viewer.token}`);
  return fetch(input, { ...init, headers });
};

/**
 * Simple GET requests, which a page of another origin can send, are refused on purpose: the specification leaves it open.
 * One with a token is none of them.
 */
const refusedWithoutToken = [
  'MAY accept application/x-www-form-urlencoded formatted GET requests',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

describe.each([
  ['signed in', signedInFetch, []],
  ['anonymous', fetch, refusedWithoutToken],
])('GraphQL over HTTP, %s', (_who, fetchFn, refused) => {
  const audits = serverAudits({ url, fetchFn });

  test('there are 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  test.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (name, audit) => {
    const result = await audit.fn();
    expect(result).toMatchObject({ status: refused.includes(name) ? 'notice' : 'ok' });
  });
});
