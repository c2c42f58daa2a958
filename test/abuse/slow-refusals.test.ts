import { expect, test } from 'vitest';
import { post } from '../client.js';
import { attack, startTarget, times } from './support.js';

const target = await startTarget();

const json = 'application/json';
const body = (request: object) => JSON.stringify(request);
const query = '{ me { id } }';

/** What took seconds or a good part of one, and is refused. */
const attacks: Array<[name: string, body: string, type: string]> = [
  [
    'an operation name in which a message of graphql-js is repeated',
    body({ query, operationName: 'cannot represent '.repeat(14_000) }),
    json,
  ],
  [
    'a document of 240,000 line feeds with many faults',
    body({ query: `${'\n'.repeat(240_000)}{ ${times(400, (i) => `x${i}`)} }` }),
    json,
  ],
  [
    'a document of 15,000 line feeds with many faults',
    body({ query: `${'\n'.repeat(15_000)}{ ${times(100, (i) => `x${i}`)} }` }),
    json,
  ],
  [
    'as many lines as there may be, and as many faults',
    body({
      query: `${'\n'.repeat(998)}query (${times(450, () => '$v: X')}) { ${times(20, (i) => `x${i}`)} }`,
    }),
    json,
  ],
  ['a content type of 15 kB', body({ query }), `application/json;${' '.repeat(15_000)}a`],
  [
    'variables of 240 kB of the wrong type',
    body({
      query: 'query ($v: ID!) { employee(id: $v) { id } }',
      variables: { v: { a: ' at "'.repeat(40_000) } },
    }),
    json,
  ],
  [
    'fragments that spread one another',
    body({
      query: `{ ...F0 } ${times(150, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)}`,
    }),
    json,
  ],
  [
    '9,000 levels of lists in variables',
    `{"query":"${query}","variables":{"v":${'['.repeat(9_000)}${']'.repeat(9_000)}}}`,
    json,
  ],
];

test.each(attacks)(
  '%s: refused within 100 ms of CPU time, and others are served meanwhile',
  async (_name, sent, type) => {
    const { answers, cpuMsPerRequest } = await attack(target, { clients: 4, requests: 16 }, () =>
      post(target.url, sent, { 'content-type': type }),
    );
    for (const { errors, text } of answers) {
      expect(errors?.length, text).toBeGreaterThan(0);
      expect(text.length).toBeLessThan(10_000);
    }
    expect(cpuMsPerRequest).toBeLessThan(100);
  },
);
