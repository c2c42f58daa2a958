import fc from 'fast-check';
import { test } from 'vitest';
import { useStipend } from '../harness.js';
import {
  anyJson,
  anyText,
  expectSoundAnswer,
  expectUnharmed,
  operation,
  repliesIn,
  runs,
  send,
  sendBytes,
  timeFor,
} from './support.js';

const t = await useStipend();

const inputs = Math.ceil(runs / 6);

/** A test of so many inputs, each of which gets a sound answer. */
function fuzz<T>(title: string, input: fc.Arbitrary<T>, check: (value: T) => Promise<void>): void {
  test(title, { timeout: timeFor(inputs) }, async () => {
    await fc.assert(fc.asyncProperty(input, check), { numRuns: inputs });
    await expectUnharmed(t);
  });
}

const bytes = fc.uint8Array({ maxLength: 300 });
const aHeader = fc.oneof(
  fc.constantFrom(
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"a":',
    'POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\n',
    'GET /graphql?query=',
    'OPTIONS * HTTP/1.1\r\n',
    'CONNECT /graphql HTTP/1.1\r\nhost: x\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\n',
  ),
  fc.constant(''),
);

fuzz('any bytes on the connection itself', fc.tuple(aHeader, bytes), async ([start, rest]) => {
  const text = await sendBytes(t.url, Buffer.concat([Buffer.from(start), rest]));
  for (const reply of repliesIn(text)) expectSoundAnswer(reply);
});

fuzz('any bytes as a body', fc.oneof(bytes, anyText), async (body) => {
  expectSoundAnswer(await send(t.url, operation(t, Buffer.from(body))));
});

const requestShaped = fc.record(
  {
    query: fc.oneof(fc.constant('{ me { id } }'), anyJson),
    variables: anyJson,
    operationName: anyJson,
    extensions: fc.oneof(anyJson, fc.record({ persistedQuery: anyJson })),
    documentId: anyJson,
  },
  { requiredKeys: [] },
);

fuzz('any JSON as a body', fc.oneof(anyJson, requestShaped), async (body) => {
  expectSoundAnswer(await send(t.url, operation(t, JSON.stringify(body))));
});

const method = fc.constantFrom(
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
);
// What a header's value may contain: RFC 9110 section 5.5.
const headerValue = fc
  .array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff })), {
    maxLength: 60,
  })
  .map((units) => String.fromCharCode(...units));
const knownHeader = fc.constantFrom(
  'accept',
  'authorization',
  'content-type',
  'content-encoding',
  'cookie',
  'expect',
  'forwarded',
  'origin',
  'access-control-request-method',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'x-forwarded-for',
  'x-request-id',
  'x-http-method-override',
  'if-none-match',
  'range',
  'user-agent',
);
const knownValue = fc.constantFrom(
  'application/json',
  'application/graphql-response+json',
  'application/json; charset=utf-16',
  'multipart/mixed; deferSpec=20220824',
  'text/html',
  '*/*;q=0',
  'gzip',
  'Bearer ',
  'Bearer a.b.c',
  'Basic YTpi',
  'bytes=0-1',
  '::1, 10.0.0.1',
);
const headers = fc.dictionary(
  fc.oneof(knownHeader, fc.stringMatching(/^x-[a-z0-9-]{1,20}$/)),
  fc.oneof(knownValue, headerValue),
  { maxKeys: 6 },
);
const path = fc.oneof(
  fc.constantFrom(
    '/graphql',
    '/graphql?query=%7B__typename%7D',
    '/graphql?query=%7Bme%7Bid%7D%7D&variables=%7B',
    '/',
  ),
  fc.tuple(fc.webPath(), fc.webQueryParameters()).map(([name, query]) => `/graphql${name}?query=${query}`),
  fc.webQueryParameters().map((query) => `/graphql?query=${query}&extensions=${query}`),
);

fuzz('any method, path and headers', fc.record({ method, path, headers }), async (request) => {
  const body = '{"query":"{ __typename }"}';
  // A client that expects to be asked for the body is one of HTTP's own affairs: nothing of it comes to GraphQL.
  const { expect: _, ...rest } = request.headers;
  const reply = await send(t.url, { ...request, headers: rest, body });
  if (reply.text === '' && request.method === 'OPTIONS' && reply.status === 204) return;
  if (isPage(request, reply.type)) return;
  expectSoundAnswer(reply);
});

/** Apollo Sandbox, which a browser gets. */
function isPage(request: { method: string }, type: string | undefined): boolean {
  return request.method === 'GET' && type?.startsWith('text/html') === true;
}

const documents = [
  '{ me { id username role admin employee { id } } sessions { id ip userAgent current } }',
  'query Q($n: Int = 5, $after: String) { employees(first: $n, after: $after, filter: { status: ACTIVE }) { totalCount nodes { ...E } pageInfo { endCursor } } } fragment E on Employee { id salary { amount currency } payments(first: 2) { nodes { id note } } }',
  'query ($id: ID!) { employee(id: $id) { salaryAt(date: "2026-01-01") { salary { amount } } } payment(id: $id) { issuedBy { id } } }',
  'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed payment { id amount { amount currency } } } }',
  'mutation { editEmployee(input: { id: "x", version: 1, name: "N", bankAccount: { holder: "H", country: "DE", accountNumber: "1" } }) { employee { id } } }',
  'mutation { login(username: "admin", password: "guess") { token } refreshSession(refreshToken: "r") { token } }',
  'query ($yes: Boolean! = true) { payments(filter: { kind: BONUS, issuedFrom: "2026-01-01T00:00:00Z" }) { edges @include(if: $yes) { cursor node { id } } } __schema { types { name } } }',
];
const token = fc.oneof(
  fc.constantFrom(
    ...[
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      ':',
      '!',
      '$',
      '...',
      '@skip(if: true)',
      '#',
      '"',
      '"""',
      '&',
      '|',
      '=',
      '-1',
      '1e999',
    ],
    ...[
      'query',
      'mutation',
      'subscription',
      'fragment F on Query',
      'null',
      'true',
      '__typename',
      'nodes',
      '$n',
      'id',
      'first: 9999999999',
    ],
    ...['\\u{110000}', '"\\ud800"', '\u0000', '\ufeff', '😀'],
  ),
  anyText,
);
/** A valid document in which tokens are replaced, left out and put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...documents),
    fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.array(token, { maxLength: 3 })), { maxLength: 4 }),
  )
  .map(([document, edits]) => {
    const tokens = document.match(/\w+|\s+|"[^"]*"|[^\w\s]/g) ?? [];
    for (const [at, removed, added] of edits) tokens.splice(at % tokens.length, removed, ...added);
    return tokens.join('');
  });

fuzz('documents that are nearly right', mutated, async (query) => {
  expectSoundAnswer(
    await send(t.url, operation(t, JSON.stringify({ query, variables: { id: t.employee.id } }))),
  );
});

const anyVariables = fc.record(
  {
    n: anyJson,
    after: anyJson,
    id: anyJson,
    yes: anyJson,
    input: fc.oneof(
      anyJson,
      fc.record(
        {
          employeeId: fc.oneof(fc.constant(t.employee.employeeId), anyJson),
          amount: fc.oneof(anyJson, fc.record({ amount: anyJson, currency: anyJson }, { requiredKeys: [] })),
          kind: fc.oneof(fc.constantFrom('BONUS', 'SALARY'), anyJson),
          period: fc.oneof(anyJson, fc.record({ start: anyJson, end: anyJson }, { requiredKeys: [] })),
          note: anyJson,
          idempotencyKey: anyJson,
          replaces: anyJson,
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
);

fuzz(
  'variables of any shape',
  fc.tuple(fc.constantFrom(...documents), anyVariables),
  async ([query, variables]) => {
    expectSoundAnswer(await send(t.url, operation(t, JSON.stringify({ query, variables }))));
  },
);
