import { expect, test } from 'vitest';
import { type Answer, post } from '../client.js';
import { expectData } from '../expect.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');

/** One limit: its variable, what a refusal calls it, and a valid document that comes to just so much of it alone. */
interface Limit {
  variable: string;
  safe: number;
  low: number;
  what: string;
  document(count: number): string;
}

const levels = ['employee', 'payments(first: 1)', 'nodes'];

const limits: Limit[] = [
  {
    variable: 'MAX_DOCUMENT_CHARACTERS',
    safe: 16_000,
    low: 60,
    what: 'characters',
    document: (count) => '{ me { id } } # a comment '.padEnd(count, 'é'),
  },
  {
    variable: 'MAX_DOCUMENT_LINES',
    safe: 1_000,
    low: 5,
    what: 'lines',
    document: (count) => `{ me { id } }${times(count - 1, (i) => ['\n', '\r', '\r\n'][i % 3] ?? '')}`,
  },
  {
    variable: 'MAX_NAME_CHARACTERS',
    safe: 100,
    low: 9,
    what: 'characters in the name of a field',
    document: (count) => `{ me { ...A } } fragment A on User { ${'x'.repeat(count)}: id }`,
  },
  {
    variable: 'MAX_TOKENS',
    safe: 2_000,
    low: 40,
    what: 'tokens',
    // Each page is nine tokens, and the names that fill up are one each.
    document: (count) => {
      const pages = Math.floor((count - 10) / 9);
      const page = 'payments(first: 1) { totalCount }';
      return `{ me { employee { id ${times(pages, () => page)} } ${times(count - 9 - pages * 9, () => 'id')} } }`;
    },
  },
  {
    variable: 'MAX_OPERATIONS',
    safe: 10,
    low: 3,
    what: 'operations',
    document: (count) => times(count, (i) => `query Q${i} { __typename }`),
  },
  {
    variable: 'MAX_DEPTH',
    safe: 16,
    low: 5,
    what: 'levels',
    document: (count) => {
      const path = Array.from({ length: count - 1 }, (_, i) => (i === 0 ? 'me' : levels[(i - 1) % 3]));
      return `{ ${path.join(' { ')} { __typename ${' }'.repeat(count - 1)} }`;
    },
  },
  {
    variable: 'MAX_ALIASES',
    safe: 30,
    low: 4,
    what: 'aliases',
    document: (count) => `{ me { ${times(count, (i) => `a${i}: __typename`)} } }`,
  },
  {
    variable: 'MAX_ROOT_FIELDS',
    safe: 20,
    low: 2,
    what: 'root fields',
    document: (count) => `{ ${times(count, () => '__typename')} }`,
  },
  {
    variable: 'MAX_DIRECTIVES',
    safe: 20,
    low: 6,
    what: 'directives',
    document: (count) => `{ me { ${times(count, () => 'id @include(if: true)')} } }`,
  },
  {
    variable: 'MAX_FIELDS',
    safe: 500,
    low: 7,
    what: 'fields',
    document: (count) => `{ me { ${times(count - 1, () => 'id')} } }`,
  },
  {
    variable: 'MAX_COST',
    safe: 20_000,
    low: 300,
    what: 'resolved fields, by the sizes of its pages',
    // A page of a hundred, each with so many fields, and what is left to the count beside it.
    document: (count) => {
      const ofEach = Math.floor((count - 3) / 100) - 1;
      const rest = count - 1 - 100 * (1 + ofEach);
      return `{ employees(first: 100) { nodes { ${times(ofEach, () => 'id')} } } me { ${times(rest - 1, () => 'id')} } }`;
    },
  },
];

const ask = (url: string, query: string): Promise<Answer> =>
  post(url, JSON.stringify({ query, ...(query.includes('Q0') && { operationName: 'Q0' }) }), {
    authorization: `Bearer ${t.admin.token}`,
  });

async function expectLimit(url: string, { what, document }: Limit, most: number): Promise<void> {
  const within = await ask(url, document(most));
  expectData(within);
  const over = await ask(url, document(most + 1));
  expect(over.errors).toEqual([
    {
      message: `The document has more than ${most} ${what}.`,
      extensions: { code: 'QUERY_TOO_COMPLEX' },
    },
  ]);
}

test.each(limits)('a document may have $safe $what and no more, for an admin too', async (limit) => {
  await expectLimit(t.url, limit, limit.safe);
});

test.each(limits)('$variable sets the limit of $what', async (limit) => {
  const other = await t.startAnother({ [limit.variable]: String(limit.low) });
  await expectLimit(other.url, limit, limit.low);
  await other.stop();
});
