import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { World } from '../permissions/world.js';
import { type GeneratedRequest, generateRequest } from './generated-request.js';
import { generatedSamples } from './generated-samples.js';
import { apolloRuns, unseen, useServer } from './support.js';

/** How many documents. DIFFERENTIAL_RUNS=5000 is the long mode. */
const runs = Number(process.env.DIFFERENTIAL_RUNS || 60);

const maxMs = 60_000 + runs * 500;

const limits = ['TOKENS', 'DEPTH', 'ALIASES', 'ROOT_FIELDS', 'DIRECTIVES', 'FIELDS', 'COST'];
const t = await useServer(Object.fromEntries(limits.map((name) => [`MAX_${name}`, '1000000'])));
const world = await World.create(t);
const samples = await generatedSamples(t, world);
const schema = createSchema();
const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

const tokens: Array<[string, string | undefined]> = [
  ['ADMIN', t.admin.token],
  ['VIEWER', t.viewer.token],
  ['EMPLOYEE', t.employee.token],
  ['anonymous', undefined],
];

/** @returns all of the answer that may not depend on who runs the operation */
async function send({ accept, ...operation }: GeneratedRequest, token: string | undefined) {
  const body = JSON.stringify(operation);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(accept !== undefined && { accept }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return new Promise<{ status: number | undefined; headers: string[]; body: string }>((resolve, reject) => {
    const sent = request(`${t.url}/graphql`, { method: 'POST', headers, agent }, async (response) => {
      const named = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`);
      const kept = named.filter((line) => !/^(date|x-request-id):/.test(line));
      resolve({ status: response.statusCode, headers: kept.toSorted(), body: await text(response) });
    });
    sent.once('error', reject).end(body);
  });
}

test('a generated document is answered the same to the byte, by Apollo and once it is known', {
  timeout: maxMs + 30_000,
}, async () => {
  const property = fc.asyncProperty(fc.gen(), async (draw) => {
    const generated = generateRequest(draw, schema, samples);
    const known = { ...generated, query: unseen(generated.query) };
    // Documents of anonymous callers do not become known; and what a mutation changes, it changes now.
    await send(known, t.admin.token);
    for (const [role, token] of tokens) {
      const byApollo = await send({ ...generated, query: unseen(generated.query) }, token);
      for (const time of [1, 2, 3]) {
        expect(await send(known, token), `${role}, time ${time}: ${JSON.stringify(known)}`).toEqual(byApollo);
      }
    }
  });
  const before = apolloRuns();
  await fc.assert(property, {
    numRuns: runs,
    unbiased: true,
    // A failure takes long to shrink: it must be told before the test runs out of time.
    interruptAfterTimeLimit: maxMs,
    markInterruptAsFailure: true,
  });
  // Of 17 requests for each document, 12 are for a document that is known, if it and its variables are valid: most are.
  expect(17 * runs - (apolloRuns() - before)).toBeGreaterThan(4 * runs);
});
