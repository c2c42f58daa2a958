import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';

const t = await useStipend();

const overPages = (alias: (index: number) => string) => {
  const fields = Array.from({ length: 20 }, (_, index) => `${alias(index)}: id`).join(' ');
  return `{ employees(first: 50) { nodes { payments(first: 10) { nodes { ${fields} } } } } }`;
};

test('long names cost more than short ones, since they are written once for each row', async () => {
  expectData(
    await t.gql(
      overPages((index) => `a${index}`),
      {},
      t.admin,
    ),
  );
  const refused = await t.gql(
    overPages((index) => `${'x'.repeat(60)}${index}`),
    {},
    t.admin,
  );
  expectCode(refused, 'QUERY_TOO_COMPLEX');
  expect(refused.errors?.[0]?.message).toContain('resolved fields');
});
