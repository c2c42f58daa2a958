import { readFileSync } from 'node:fs';
import { buildSchema, isEnumType } from 'graphql';
import { expect, test } from 'vitest';
import { type Answer, post } from '../client.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const page = readFileSync('docs/errors.md', 'utf8');

/** The rows of the page's table: a code, and its status in either content type. */
const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|/gm)].map(
  ([, code = '', when = '', json = '', graphqlResponse = '']) => ({
    code,
    when: when.trim(),
    statuses: [json.trim(), graphqlResponse.trim()],
  }),
);

test('the page has each code', () => {
  const codes = buildSchema(readFileSync('schema.graphql', 'utf8')).getType('ErrorCode');
  const names = isEnumType(codes) ? codes.getValues().map(({ name }) => name) : [];
  expect([...new Set(rows.map(({ code }) => code))].sort()).toEqual(names.sort());
});

type Headers = Record<string, string>;
const asAdmin = { authorization: `Bearer ${t.admin.token}` };
const run = (query: string, headers: Headers, variables = {}) =>
  post(t.url, JSON.stringify({ query, variables }), headers);
const none = '00000000-0000-4000-8000-000000000000';

/** How each is brought about that a client can bring about. */
const ways: Record<string, (headers: Headers) => Promise<Answer>> = {
  'UNAUTHENTICATED the token is not valid': (h) => run('{ me { id } }', { ...h, authorization: 'Bearer x' }),
  'UNAUTHENTICATED a field': (h) => run('{ me { id } }', h),
  'FORBIDDEN a field': (h) =>
    run('{ users { totalCount } }', { ...h, authorization: `Bearer ${t.employee.token}` }),
  'BAD_USER_INPUT a field': (h) => run('{ employee(id: "x") { id } }', { ...h, ...asAdmin }),
  'BAD_USER_INPUT a variable': (h) =>
    run('query ($id: ID!) { employee(id: $id) { id } }', { ...h, ...asAdmin }, { id: {} }),
  'BAD_USER_INPUT the body is not of the type application/json': (h) =>
    post(t.url, 'x', { ...h, 'content-type': 'text/plain' }),
  'NOT_FOUND a field': (h) =>
    run(
      `mutation { issuePayment(input: { employeeId: "${none}", kind: BONUS, amount: { amount: "1.00", currency: "EUR" } }) { replayed } }`,
      { ...h, ...asAdmin },
    ),
  'RATE_LIMITED a field': (h) =>
    run(
      'mutation { a: login(username: "x", password: "y") { token } b: login(username: "x", password: "y") { token } }',
      h,
    ),
  'GRAPHQL_PARSE_FAILED the body is not JSON': (h) => post(t.url, '{', h),
  'GRAPHQL_PARSE_FAILED the document': (h) => run('{', h),
  'GRAPHQL_VALIDATION_FAILED the document': (h) => run('{ nothing }', h),
  'QUERY_TOO_COMPLEX the document': (h) => run(`{ ${'a: __typename '.repeat(31)} }`, h),
};

test.each(rows.filter(({ code, when }) => `${code} ${when}` in ways))(
  '$code has the status of the page: $when',
  async ({ code, when, statuses }) => {
    const way = ways[`${code} ${when}`];
    const accepts = ['application/json', 'application/graphql-response+json'];
    const answers = await Promise.all(accepts.map((accept) => way?.({ accept })));
    expect(answers.map((answer) => String(answer?.status))).toEqual(statuses);
    for (const answer of answers) expect(answer?.errors?.at(-1)?.extensions.code).toBe(code);
  },
);

test('each way to bring one about is on the page', () => {
  const onPage = rows.map(({ code, when }) => `${code} ${when}`);
  for (const way of Object.keys(ways)) expect(onPage).toContain(way);
});
