import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastCpuMs } from '../cpu-time.js';
import { useStipend } from '../harness.js';
import { expectUnharmed, operation, type Request, runs, send, timeFor } from './support.js';

/** Whatever reads headers is switched on. */
const t = await useStipend({
  TRUSTED_PROXIES: '127.0.0.1',
  CORS_ORIGINS: 'https://app.example.com',
});

const headerCharacters = 15_000;
const documentCharacters = 15_900;
const bodyCharacters = 240_000;

/** Time grows with the square of what is repeated: seconds, where something is read again for each of its places. */
const boundMs = 100;

interface Repetition {
  before: string;
  unit: string;
  after: string;
}

/** As long as it may be. */
const filled = ({ before, unit, after }: Repetition, length: number): string =>
  before + unit.repeat(Math.floor((length - before.length - after.length) / unit.length)) + after;

/** A place in a request, and what is known to mean something there. */
interface Place {
  words: readonly string[];
  /** What has to come first to be looked at any further. */
  start: string;
  request(repetition: Repetition): Request;
}

const query = '{ me { id } }';
let documents = 0;
const ofHeader = (name: string, start: string, words: readonly string[]): [string, Place] => [
  `the header ${name}`,
  {
    start,
    words: [' ', '\t', ',', ';', '"', '\\', '=', '/', ':', 'a', ...words],
    request: (repetition) => {
      // A document that is new goes through Apollo too.
      documents += 1;
      const { headers, ...rest } = operation(t, JSON.stringify({ query: `${query} # ${documents}` }));
      return { ...rest, headers: { ...headers, [name]: filled(repetition, headerCharacters) } };
    },
  },
];
const ofBody = (
  name: string,
  words: readonly string[],
  bodyOf: (text: string) => string,
): [string, Place] => [
  name,
  { start: '', words, request: (repetition) => operation(t, bodyOf(filled(repetition, bodyCharacters))) },
];
const ofDocument = (
  name: string,
  before: string,
  words: readonly string[],
  after: string,
): [string, Place] => [
  name,
  {
    start: '',
    words: [' ', '\n', '\r\n', ',', '#\n', '"', '"""', 'a', ...words],
    request: (repetition) => {
      const room = documentCharacters - before.length - after.length;
      return operation(t, JSON.stringify({ query: `${before}${filled(repetition, room)}${after}` }));
    },
  },
];

const text = [
  'a',
  ' ',
  '"',
  '\\',
  '.',
  '@',
  '-',
  '0',
  ': ',
  '; ',
  '\u0301',
  'é',
  '\ud83d\ude00',
  '<',
  '%',
  '_',
];
const messages = [
  ' at "',
  '"; ',
  'cannot represent ',
  ', found ',
  ' has invalid value ',
  'Did you mean ',
  'Field "',
];
const pay = 'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }';
const edit = 'mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }';

const places = [
  ofHeader('authorization', 'Bearer ', ['Bearer ', '.', 'eyJ', '-']),
  ofHeader('accept', 'application/json;', ['a/b', '*/*', 'q=0.5', 'application/json']),
  ofHeader('content-type', 'application/json;', ['application/json', 'charset=', 'a=b']),
  ofHeader('content-encoding', '', ['gzip', 'identity']),
  ofHeader('x-request-id', '', ['-', '.']),
  ofHeader('x-forwarded-for', '10.0.0.1,', ['10.0.0.1', '::1', '[', ']', '.']),
  ofHeader('x-forwarded-proto', '', ['https']),
  ofHeader('x-apollo-operation-name', '', []),
  ofHeader('origin', 'https://app.example.com', ['https://', 'app.example.com', '.']),
  ofHeader('cookie', 'a=b;', ['a=b']),
  ofHeader('user-agent', '', ['Mozilla/5.0', '(', ')']),
  ofHeader('traceparent', '00-', ['00-', '-']),
  ofHeader('if-none-match', '', ['W/']),
  ofBody('a body', ['{', '[', '"', '\\u0041', ',', ':', '1', '{"a":', '"a":1,', ' '], (body) => body),
  ofBody('an operation name', [...text, ...messages], (name) =>
    JSON.stringify({ query, operationName: name }),
  ),
  ofBody('a text for an object', [...text, ...messages], (input) =>
    JSON.stringify({ query: pay, variables: { input } }),
  ),
  ofBody('a name of a field of an input', [...text, ...messages], (name) =>
    JSON.stringify({ query: pay, variables: { input: { [name]: 1 } } }),
  ),
  ofBody('a currency', text, (currency) =>
    JSON.stringify({ query: pay, variables: { input: { ...payment(), amount: { amount: '1', currency } } } }),
  ),
  ofBody('an amount', text, (amount) =>
    JSON.stringify({
      query: pay,
      variables: { input: { ...payment(), amount: { amount, currency: 'EUR' } } },
    }),
  ),
  ofBody('a note', text, (note) =>
    JSON.stringify({ query: pay, variables: { input: { ...payment(), note } } }),
  ),
  ofBody('a day', text, (start) =>
    JSON.stringify({ query: pay, variables: { input: { ...payment(), period: { start, end: start } } } }),
  ),
  ofBody('an email address', text, (email) =>
    JSON.stringify({ query: edit, variables: { input: { id: t.employee.employeeId, version: 1, email } } }),
  ),
  ofBody('an account number', text, (accountNumber) =>
    JSON.stringify({
      query: edit,
      variables: {
        input: {
          id: t.employee.employeeId,
          version: 1,
          bankAccount: { holder: 'A', country: 'DE', accountNumber },
        },
      },
    }),
  ),
  ofBody('a search', text, (search) =>
    JSON.stringify({
      query: 'query ($search: String) { employees(filter: { search: $search }) { totalCount } }',
      variables: { search },
    }),
  ),
  ofBody('a cursor', text, (after) =>
    JSON.stringify({
      query: 'query ($after: String) { payments(after: $after) { totalCount } }',
      variables: { after },
    }),
  ),
  ofBody('a refresh token', text, (token) =>
    JSON.stringify({
      query: 'mutation ($t: String!) { refreshSession(refreshToken: $t) { token } }',
      variables: { t: token },
    }),
  ),
  ofDocument(
    'a document',
    '',
    ['{', '}', '(', ')', '[', '...', '$', '@', ':', 'query Q { a }', 'fragment A on User {id}'],
    '',
  ),
  ofDocument(
    'fields',
    '{ me {',
    ['id', 'x', 'a: id', '... { id }', '...A', 'id @skip(if: true)'],
    '} } fragment A on User { id }',
  ),
  ofDocument(
    'fields of an unused fragment',
    '{ me { id } } fragment A on User {',
    ['id', 'x', 'employee { id }', '... { id }'],
    '}',
  ),
  ofDocument('variables', 'query (', ['$a: Int', '$b: [Int]', '= 1', '$a: X'], ') { me { id } }'),
  ofDocument('arguments', '{ employee(', ['id: 1', 'x: 1', 'id: "a"'], ') { id } }'),
  ofDocument('a string', '{ employee(id: "', ['\\u0041', '\\"', '\\\\'], '") { id } }'),
  ofDocument('a block string', '{ employee(id: """', ['\\"""', '\n ', '""'], '""") { id } }'),
  ofDocument('a list', '{ payments(first: [', ['1', '[', '{', '$a'], ']) { totalCount } }'),
  ofDocument('an object', '{ payments(filter: {', ['kind: X', 'x: 1', 'kind: {'], '}) { totalCount } }'),
  ofDocument('directives', '{ me { id', ['@skip(if: true)', '@x', '@include(if: $a)'], '} }'),
];

function payment() {
  return { employeeId: t.employee.employeeId, kind: 'BONUS', amount: { amount: '1.00', currency: 'EUR' } };
}

async function expectQuick({ request }: Place, repetition: Repetition): Promise<void> {
  const leastMs = await leastCpuMs(10, boundMs, async () => {
    await send(t.url, request(repetition));
  });
  expect(leastMs, JSON.stringify(repetition)).toBeLessThan(boundMs);
}

const inputs = Math.ceil(runs / 40);

test.each(places)(
  '%s takes no more CPU time than 100 ms, whatever is repeated in it',
  {
    timeout: timeFor(20 * inputs),
  },
  async (_name, place) => {
    const { start, words } = place;
    for (const unit of words) {
      for (const before of new Set(['', start])) {
        for (const after of ['', 'a']) await expectQuick(place, { before, unit, after });
      }
    }
    const joined = (constraints: fc.ArrayConstraints) =>
      fc.array(fc.constantFrom(...words), constraints).map((parts) => parts.join(''));
    const repetition = fc.record({
      before: fc.oneof(fc.constant(start), joined({ maxLength: 2 })),
      unit: joined({ minLength: 1, maxLength: 3 }),
      after: joined({ maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(repetition, (value) => expectQuick(place, value)),
      { numRuns: inputs },
    );
    await expectUnharmed(t);
  },
);
