import { expect, test } from 'vitest';
import { useStipend } from '../harness.js';
import { readData } from '../payments/reads.js';
import { faultsOf, fill, planForValues, watchStatements } from './support.js';

const sent = watchStatements();
const t = await useStipend();
await fill(t.database);
const { id: other } = await t.account('olga', 'ADMIN');
const subject = '01940000-0000-7000-8000-000000000001';
// Older than all others: who walks along the log for it reads all of it.
await t.database.sql(
  `INSERT INTO audit_entries (id, at, actor_id, action, subject, changes)
   VALUES (gen_random_uuid(), '2010-01-01', $1, 'company.founded', $2, '[]')`,
  [other, subject],
);
await t.database.sql('SELECT chain_audit_entries(1000000)');
await t.database.sql('VACUUM ANALYZE');

const page = `query ($filter: AuditFilter) { found: auditLog(first: 10, filter: $filter) { nodes { id action } } }`;
const count = `query ($filter: AuditFilter) { found: auditLog(filter: $filter) { totalCount totalCountIsExact } }`;

/** The row itself, and what the login of its actor wrote. */
const few = 5;

test.each<[string, object]>([
  ['who did it', { actorId: other }],
  ['what was done', { action: 'company.founded' }],
  ['an action that there is not', { action: 'company.sold' }],
  ['what it was done to', { subject }],
  ['a time until', { to: '2011-01-01T00:00:00Z' }],
  ['who did it, and what', { actorId: other, action: 'payment.issued' }],
])('by %s, few entries are found and counted without the others', async (_title, filter) => {
  for (const query of [page, count]) await expectRead(query, { filter }, few);
});

test.each<[string, object]>([
  ['all', {}],
  ['those of somebody who did most', { actorId: t.admin.id }],
  ['those of an action that is common', { action: 'payment.issued' }],
])('of many entries, %s, a page is read and no more', async (_title, filter) => {
  // The newest are shown when they are chained.
  await expectRead(page, { filter }, 40);
  await expectRead(count, { filter }, 10_001);
});

async function expectRead(query: string, variables: object, rows: number): Promise<void> {
  sent();
  await readData(t, query, variables, t.admin);
  const statements = sent()
    .filter(({ text }) => /\bFROM audit_entries [ae]\b/.test(text))
    // The query for totals reads a page, too.
    .filter(({ text }) => query === page || text.includes('count(*) FROM (SELECT FROM'));
  expect(statements).not.toEqual([]);
  for (const statement of statements) {
    const plan = await planForValues(t.database, statement);
    expect(faultsOf(plan, rows), JSON.stringify(plan, null, 1)).toEqual([]);
  }
}
