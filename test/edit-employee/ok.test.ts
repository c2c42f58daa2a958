import { expect, test } from 'vitest';
import { expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { expectInvariants, faultsIn, readEverything } from '../invariants.js';
import { auditOf, edit, edited, hired, read } from './support.js';

const t = await useStipend();

const texts: Array<[field: string, value: string, stored: string]> = [
  ['name', 'Ann Other', 'Ann Other'],
  ['name', '  Zoë 王芳 O’Neil ', 'Zoë 王芳 O’Neil'],
  ['name', 'n'.repeat(200), 'n'.repeat(200)],
  ['email', 'ann.other+pay@example.co.uk', 'ann.other+pay@example.co.uk'],
  ['title', "Robert'); DROP TABLE employees;--", "Robert'); DROP TABLE employees;--"],
  ['department', 'R&D', 'R&D'],
];

test.each(texts)('a new %s is %s: it and nothing else changes', async (field, value, stored) => {
  const before = await hired(t);
  t.clock.advance(1000);
  const after = await edited(t, { id: before.id, version: 1, [field]: value });
  expect(after).toEqual({ ...before, version: 2, updatedAt: t.clock.now().toISOString(), [field]: stored });
  expect(await read(t, before.id)).toEqual(after);
});

test('all fields change at once, as one version with one audit entry that tells each', async () => {
  const before = await hired(t, { name: 'Before', email: 'before@example.com' });
  const after = await edited(t, {
    id: before.id.toUpperCase(),
    version: 1,
    name: 'After',
    email: 'after@example.com',
    title: 'Lead',
    department: 'Sales',
    salary: { amount: '6000', currency: 'USD' },
    salaryUnit: 'YEAR',
    salaryEffectiveFrom: '2026-11-22',
    bankAccount: { holder: 'A. After', country: 'DE', accountNumber: 'DE89 3704 0044 0532 0130 00' },
  });
  expect(after).toMatchObject({
    id: before.id,
    version: 2,
    name: 'After',
    email: 'after@example.com',
    title: 'Lead',
    department: 'Sales',
    salary: { amount: '6000.00', currency: 'USD' },
    salaryUnit: 'YEAR',
    bankAccount: { holder: 'A. After', country: 'DE', lastFour: '3000' },
  });
  expect(await auditOf(t, before.id)).toEqual([
    {
      at: t.clock.now(),
      actor_id: t.admin.id,
      action: 'employee.edited',
      ip: '127.0.0.1',
      changes: [
        { field: 'name', before: 'Before', after: 'After' },
        { field: 'email', before: 'before@example.com', after: 'after@example.com' },
        { field: 'title', before: 'Engineer', after: 'Lead' },
        { field: 'department', before: 'Engineering', after: 'Sales' },
        { field: 'bankAccount', before: null, after: 'A. After, DE, …3000' },
        {
          field: 'salary',
          before: '5000.00 EUR per month',
          after: '6000.00 USD per year from 2026-11-22',
        },
      ],
    },
  ]);
});

test('each edit is one version and one audit entry more', async () => {
  const { id } = await hired(t);
  for (const version of [1, 2, 3]) {
    await edited(t, { id, version, title: `Title ${version}` });
    t.clock.advance(1);
  }
  const entries = await auditOf(t, id);
  expect(entries.map(({ changes }) => changes)).toEqual([
    [{ field: 'title', before: 'Engineer', after: 'Title 1' }],
    [{ field: 'title', before: 'Title 1', after: 'Title 2' }],
    [{ field: 'title', before: 'Title 2', after: 'Title 3' }],
  ]);
});

// Entries are chained within a second of being written.
const chain = ['audit_chain', 'audit_unchained'];

test('an edit that changes nothing leaves the version as it is and writes nothing', async () => {
  const before = await hired(t);
  const state = await readEverything(t.database, ['sessions', ...chain]);
  t.clock.advance(1000);
  const { name, email, title, department, salary, salaryUnit } = before;
  const unchanged = [
    {},
    { name, email, title, department, salary, salaryUnit },
    { name: ` ${name} ` },
    { salary: { amount: '5000', currency: 'EUR' } },
    { salary, salaryEffectiveFrom: '2026-11-22' },
    { salaryUnit, salaryEffectiveFrom: '2027-01-01' },
    { bankAccount: null },
  ];
  for (const fields of unchanged) {
    expect(await edited(t, { id: before.id, version: 1, ...fields })).toEqual(before);
  }
  expect(await readEverything(t.database, ['sessions', ...chain])).toEqual(state);
});

test('of what an edit names, only what differs is in the audit trail', async () => {
  const { id, name, title } = await hired(t);
  await edited(t, { id, version: 1, name, title, department: 'Finance' });
  const [entry] = await auditOf(t, id);
  expect(entry?.changes).toEqual([{ field: 'department', before: 'Engineering', after: 'Finance' }]);
});

test('an address may change its case, and one that was given up is free', async () => {
  const { id } = await hired(t, { email: 'free@example.com' });
  const other = await hired(t);
  expect((await edited(t, { id, version: 1, email: 'Free@Example.com' })).email).toBe('Free@Example.com');
  await edited(t, { id, version: 2, email: 'elsewhere@example.com' });
  await edited(t, { id: other.id, version: 1, email: 'FREE@example.com' });
});

test('an employee who has left can be edited', async () => {
  const { id } = await hired(t, { terminatedOn: '2025-12-31' });
  expect(await edited(t, { id, version: 1, name: 'Gone' })).toMatchObject({
    name: 'Gone',
    status: 'TERMINATED',
  });
});

test('two edits in one document follow one another', async () => {
  const { id } = await hired(t);
  const query = `mutation ($a: EditEmployeeInput!, $b: EditEmployeeInput!) {
    a: editEmployee(input: $a) { employee { version title name } }
    b: editEmployee(input: $b) { employee { version title name } }
  }`;
  const variables = { a: { id, version: 1, title: 'A', name: 'X' }, b: { id, version: 2, title: 'B' } };
  const { a, b } = (await t.gql(query, variables, t.admin)).data;
  expect([a.employee, b.employee]).toEqual([
    { version: 2, title: 'A', name: 'X' },
    { version: 3, title: 'B', name: 'X' },
  ]);
});

test('what the next reader sees is what was edited, whoever reads', async () => {
  await edited(t, { id: t.employee.employeeId, version: 1, title: 'Director' });
  for (const account of [t.viewer, t.employee]) {
    const answer = await t.gql(
      'query ($id: ID!) { employee(id: $id) { title version } }',
      { id: t.employee.employeeId },
      account,
    );
    expect(answer.data.employee).toEqual({ title: 'Director', version: 2 });
  }
});

test('all of it leaves the database sound', async () => {
  expectData(await edit(t, { id: t.employee.employeeId, version: 2 }));
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
