import { expect, test } from 'vitest';
import { expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { advanceTo } from '../hire-employee/support.js';
import { expectInvariants, faultsIn } from '../invariants.js';

const t = await useStipend();
const fields = `version name country timeZone proration requireSecondAdmin payingAccount { holder country lastFour }`;

async function read(account: { token: string } = t.admin) {
  return expectData(await t.gql(`{ company { ${fields} } }`, {}, account)).company;
}

async function edited(input: object) {
  const query = `mutation ($input: EditCompanyInput!) { editCompany(input: $input) { company { ${fields} } } }`;
  return expectData(await t.gql(query, { input }, t.admin)).editCompany.company;
}

async function statusOf(id: string): Promise<string> {
  const query = 'query ($id: ID!) { employee(id: $id) { status } }';
  return expectData(await t.gql(query, { id }, t.admin)).employee.status;
}

test('a new company is in the time zone of the machine, and has all settings', async () => {
  expect(await read()).toEqual({
    version: 1,
    name: 'My company',
    country: 'ZZ',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    proration: 'CALENDAR_DAYS',
    requireSecondAdmin: true,
    payingAccount: null,
  });
});

test('a start later on leaves the company as it is', async () => {
  const before = await edited({ version: 1, timeZone: 'Asia/Tokyo' });
  await (await t.startAnother()).stop();
  expect(await read()).toEqual(before);
  t.clock.advance(1);
  await edited({ version: 2, timeZone: 'UTC' });
  t.clock.advance(1);
});

test('each setting can be changed, and the audit entry says what changed', async () => {
  const { version } = await read();
  const payingAccount = { holder: 'Acme GmbH', country: 'DE', accountNumber: 'DE89 3704 0044 0532 0130 00' };
  const settings = { name: 'Acme', country: 'DE', timeZone: 'Europe/Berlin', proration: 'THIRTIETHS' };
  const after = await edited({ version, ...settings, requireSecondAdmin: false, payingAccount });
  const masked = { holder: 'Acme GmbH', country: 'DE', lastFour: '3000' };
  expect(after).toEqual({
    version: version + 1,
    ...settings,
    requireSecondAdmin: false,
    payingAccount: masked,
  });
  expect(await read(t.viewer)).toEqual(after);
  expect(await read(t.employee)).toEqual({ ...after, payingAccount: null });
  const [entry] = await t.database.sql<{ changes: object[]; actor_id: string }>(
    `SELECT changes, actor_id FROM audit_entries WHERE action = 'company.edited' ORDER BY at DESC, id DESC LIMIT 1`,
  );
  expect(entry?.actor_id).toBe(t.admin.id);
  expect(entry?.changes).toEqual([
    { field: 'name', before: 'My company', after: 'Acme' },
    { field: 'country', before: 'ZZ', after: 'DE' },
    { field: 'timeZone', before: 'UTC', after: 'Europe/Berlin' },
    { field: 'proration', before: 'CALENDAR_DAYS', after: 'THIRTIETHS' },
    { field: 'requireSecondAdmin', before: 'true', after: 'false' },
    { field: 'payingAccount', before: null, after: 'Acme GmbH, DE, …3000' },
  ]);
  const [stored] = await t.database.sql<{ row: string }>('SELECT company::text AS row FROM company');
  expect(stored?.row).not.toContain('0532');
});

test('what is as it was is no change, null removes the account, and a name comes back as IANA writes it', async () => {
  const before = await read();
  const same = {
    name: before.name,
    country: before.country,
    timeZone: 'europe/berlin',
    proration: before.proration,
  };
  expect(await edited({ version: before.version, ...same })).toEqual(before);
  const after = await edited({ version: before.version, payingAccount: null });
  expect(after).toEqual({ ...before, version: before.version + 1, payingAccount: null });
  expect((await edited({ version: after.version, payingAccount: null })).version).toBe(after.version);
});

test('today is today in the time zone of the company, from the change on', async () => {
  // 2026-11-22T09:30Z is the 22nd nearly everywhere, and the 21st on Baker Island's meridian at 22:30.
  const leaves = await insertEmployee(t.database, { terminatedOn: '2026-11-21' });
  const starts = await insertEmployee(t.database, { hiredOn: '2026-11-22' });
  const another = await t.startAnother();
  const { version } = await read();
  await edited({ version, timeZone: 'Etc/GMT+11' });
  expect([await statusOf(leaves), await statusOf(starts)]).toEqual(['ACTIVE', 'UPCOMING']);
  const response = await fetch(`${another.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${t.admin.token}` },
    body: JSON.stringify({ query: `{ employee(id: "${leaves}") { status } }` }),
  });
  expect(await response.json()).toEqual({ data: { employee: { status: 'ACTIVE' } } });
  await edited({ version: version + 1, timeZone: 'UTC' });
  expect([await statusOf(leaves), await statusOf(starts)]).toEqual(['TERMINATED', 'ACTIVE']);
});

test('a salary that is changed without a day is changed from today in the company on', async () => {
  const id = await insertEmployee(t.database);
  const { version } = await read();
  await edited({ version, timeZone: 'Pacific/Kiritimati' });
  await advanceTo(t, '2026-11-22T10:00:00Z');
  const input = { id, version: 1, salary: { amount: '6000', currency: 'EUR' } };
  const query = `mutation ($input: EditEmployeeInput!) { editEmployee(input: $input) {
    employee { salaryHistory(first: 1) { nodes { effectiveFrom } } } } }`;
  const { employee } = expectData(await t.gql(query, { input }, t.admin)).editEmployee;
  expect(employee.salaryHistory.nodes).toEqual([{ effectiveFrom: '2026-11-23' }]);
});

test('all of it leaves the database sound', async () => {
  await expectInvariants(t.database);
  expect(faultsIn(t.logLines)).toEqual([]);
});
