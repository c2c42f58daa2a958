import { serverAudits } from 'graphql-http';
import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';

const t = await useStipend();

const audits = serverAudits({ url: `${t.url}/graphql`, fetchFn: fetch });

/** Simple GET requests, which a page of another origin can send, are refused on purpose: the specification leaves it open. */
const refusedOnPurpose = [
  'MAY accept application/x-www-form-urlencoded formatted GET requests',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

test('there are 61 audits', () => {
  expect(audits).toHaveLength(61);
});

test.each(audits.map((audit) => [audit.name, audit] as const))(
  'GraphQL over HTTP: %s',
  async (name, audit) => {
    const result = await audit.fn();
    expect(result).toMatchObject({ status: refusedOnPurpose.includes(name) ? 'notice' : 'ok' });
  },
);
