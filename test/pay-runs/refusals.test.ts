import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { expectRefusal } from '../invariants.js';
import { draft, eur, giveComponent, november, payee, type Run, run, type Step, send } from './support.js';

const t = await useStipend();
const second = await t.account('anna', 'ADMIN');
const third = await t.account('arno', 'ADMIN');

const id = await payee(t);
const other = await payee(t);
await giveComponent(t, id, {
  component: { code: 'BONUS', kind: 'EARNING' },
  effectiveFrom: '2030-01-01',
  percent: '1',
});
const drafted = await draft(t, { employeeIds: [id] });
const missing = '019ac5d0-7f6e-7a51-9b3c-0b5a3c1f2e4d';

const order = { period: november, payDate: '2026-11-30' };
const seen = { id: drafted.id, version: drafted.version, contentHash: drafted.contentHash };
const line = { employeeId: id, code: 'BONUS', amount: eur('1.00') };
const edit = (change: object) => ({ input: { id: seen.id, version: seen.version, ...change } });
const setLine = (change: object) => edit({ setLines: [{ ...line, ...change }] });
const importing = { id: seen.id, version: seen.version, csv: 'employee,code,amount\n' };

const refused: Array<[Step, string, string | undefined, object]> = [
  ['draft', 'BAD_USER_INPUT', 'payDate', { input: { ...order, payDate: '1899-12-31' } }],
  [
    'draft',
    'BAD_USER_INPUT',
    'period',
    { input: { ...order, period: { start: '2026-11-02', end: '2026-11-01' } } },
  ],
  [
    'draft',
    'BAD_USER_INPUT',
    'period',
    { input: { ...order, period: { start: '2026-01-01', end: '2027-01-02' } } },
  ],
  ['draft', 'BAD_USER_INPUT', 'reason', { input: { ...order, kind: 'OFF_CYCLE' } }],
  ['draft', 'BAD_USER_INPUT', 'reason', { input: { ...order, kind: 'OFF_CYCLE', reason: ' ' } }],
  ['draft', 'BAD_USER_INPUT', 'reason', { input: { ...order, reason: 'x'.repeat(501) } }],
  ['draft', 'BAD_USER_INPUT', 'employeeIds', { input: { ...order, employeeIds: [] } }],
  ['draft', 'BAD_USER_INPUT', 'employeeIds.1', { input: { ...order, employeeIds: [id, 'x'] } }],
  ['draft', 'NOT_FOUND', 'employeeIds', { input: { ...order, employeeIds: [id, missing] } }],
  ['draft', 'BAD_USER_INPUT', 'idempotencyKey', { input: { ...order, idempotencyKey: 'x'.repeat(256) } }],
  ['edit', 'BAD_USER_INPUT', 'payDate', edit({ payDate: '1899-12-31' })],
  ['edit', 'BAD_USER_INPUT', 'addEmployees', edit({ addEmployees: [] })],
  ['edit', 'NOT_FOUND', 'addEmployees', edit({ addEmployees: [missing] })],
  ['edit', 'NOT_FOUND', 'removeEmployees', edit({ removeEmployees: [id, missing] })],
  ['edit', 'BAD_USER_INPUT', 'removeEmployees', edit({ addEmployees: [id], removeEmployees: [id] })],
  ['edit', 'NOT_FOUND', 'removeLines.0', edit({ removeLines: [missing] })],
  ['edit', 'BAD_USER_INPUT', 'setLines.0', setLine({ units: '1' })],
  ['edit', 'BAD_USER_INPUT', 'setLines.0', setLine({ amount: null })],
  ['edit', 'BAD_USER_INPUT', 'setLines.0.amount', setLine({ amount: eur('1.001') })],
  ['edit', 'BAD_USER_INPUT', 'setLines.0.amount', setLine({ amount: eur('0') })],
  ['edit', 'BAD_USER_INPUT', 'setLines.0.amount', setLine({ amount: eur('-1') })],
  ['edit', 'BAD_USER_INPUT', 'setLines.0.code', setLine({ code: 'NONE' })],
  ['edit', 'BAD_USER_INPUT', 'setLines.0.employeeId', setLine({ employeeId: 'x' })],
  ['edit', 'BAD_USER_INPUT', 'setLines.0.employeeId', setLine({ employeeId: other })],
  ['edit', 'BAD_USER_INPUT', 'setLines.0.note', setLine({ note: 'x'.repeat(501) })],
  ['edit', 'BAD_USER_INPUT', 'setLines.1', edit({ setLines: [line, line] })],
  ['edit', 'CONFLICT', 'version', { input: { id: seen.id, version: 7, payDate: '2026-11-29' } }],
  ['edit', 'NOT_FOUND', 'id', { input: { id: missing, version: 1, payDate: '2026-11-29' } }],
  ['import', 'BAD_USER_INPUT', 'csv', { input: importing }],
  ['recompute', 'BAD_USER_INPUT', 'id', { ...seen, id: 'x' }],
  ['recompute', 'NOT_FOUND', 'id', { ...seen, id: missing }],
  ['recompute', 'CONFLICT', 'version', { ...seen, version: 7 }],
  ['approve', 'NOT_FOUND', 'id', { ...seen, id: missing }],
  ['approve', 'CONFLICT', 'version', { ...seen, version: 7 }],
  ['approve', 'CONFLICT', 'contentHash', { ...seen, contentHash: '0'.repeat(64) }],
  ['approve', 'FORBIDDEN', undefined, seen],
  ['reopen', 'CONFLICT', 'id', seen],
  ['reopen', 'NOT_FOUND', 'id', { ...seen, id: missing }],
  ['issue', 'CONFLICT', 'id', seen],
  ['issue', 'CONFLICT', 'version', { ...seen, version: 7 }],
  ['issue', 'NOT_FOUND', 'id', { ...seen, id: missing }],
  ['cancel', 'CONFLICT', 'version', { ...seen, version: 7 }],
  ['cancel', 'NOT_FOUND', 'id', { ...seen, id: missing }],
];

test.each(refused)(
  '%s is refused with %s of %s, and nothing is written: %j',
  async (step, code, field, given) => {
    await expectRefusal(t.database, () => send(t, step, given), { code, field });
  },
);

test.each(['draft', 'edit', 'import', 'recompute', 'approve', 'reopen', 'issue', 'cancel'] as const)(
  '%s is for admins',
  async (step) => {
    const inputs = { draft: { input: order }, edit: edit({}), import: { input: importing } };
    const variables = step in inputs ? inputs[step as keyof typeof inputs] : seen;
    for (const account of [t.viewer, t.employee]) {
      await expectRefusal(t.database, () => send(t, step, variables, account), { code: 'FORBIDDEN' });
    }
  },
);

async function approved(): Promise<Run> {
  return await run(t, 'approve', await draft(t, { employeeIds: [id] }), second);
}

const edits: Array<[string, (payRun: Run) => object]> = [
  ['another pay date', () => ({ payDate: '2026-11-27' })],
  ['one more employee', () => ({ addEmployees: [other] })],
  ['one employee less', () => ({ removeEmployees: [id] })],
  ['a line', () => ({ setLines: [line] })],
  ['a line less', ({ items }) => ({ removeLines: [items.nodes[0].lines[0].id] })],
  ['no change at all', () => ({})],
];

test.each(edits)(
  'an edit takes the approval back, and whoever edited does not approve: %s',
  async (_title, change) => {
    const before = await approved();
    const input = { id: before.id, version: before.version, ...change(before) };
    const after = await run(t, 'edit', { input }, third);
    expect(after).toMatchObject({ status: 'DRAFT', version: before.version + 1 });
    const { approvedBy, approvedAt } = expectData(
      await t.gql('query ($id: ID!) { payRun(id: $id) { approvedBy { id } approvedAt } }', after, t.admin),
    ).payRun;
    expect([approvedBy, approvedAt]).toEqual([null, null]);
    expectCode(await send(t, 'issue', after), 'CONFLICT');
    if (after.items.nodes.length === 0) return;
    expectCode(await send(t, 'approve', after, third), 'FORBIDDEN');
    expect((await run(t, 'approve', after, second)).status).toBe('APPROVED');
  },
);

test('an approval of a stale hash is refused at the version that it was seen at', async () => {
  const before = await draft(t, { employeeIds: [id] });
  const input = { id: before.id, version: before.version, setLines: [line] };
  const after = await run(t, 'edit', { input });
  const stale = { id: before.id, version: after.version, contentHash: before.contentHash };
  expectCode(await send(t, 'approve', stale, second), 'CONFLICT', { field: 'contentHash' });
  expectCode(await send(t, 'approve', before, second), 'CONFLICT', { field: 'version' });
});

const company = '{ company { version } }';

async function requireSecondAdmin(requireSecondAdmin: boolean): Promise<void> {
  const { version } = expectData(await t.gql(company, {}, t.admin)).company;
  const query = 'mutation ($input: EditCompanyInput!) { editCompany(input: $input) { company { version } } }';
  expectData(await t.gql(query, { input: { version, requireSecondAdmin } }, t.admin));
}

test('without a second admin, the audit log says so at each approval', async () => {
  const log = `query ($id: ID!) {
    auditLog(filter: { action: "pay_run.approved", subject: $id }) { nodes { changes { field before after } actor { id } } } }`;
  await requireSecondAdmin(false);
  for (const account of [t.admin, second]) {
    const payRun = await run(t, 'approve', await draft(t, { employeeIds: [id] }), account);
    const { auditLog } = expectData(await t.gql(log, { id: payRun.id }, t.admin));
    expect(auditLog.nodes).toEqual([
      {
        actor: { id: account.id },
        changes: [
          { field: 'contentHash', before: null, after: payRun.contentHash },
          { field: 'requireSecondAdmin', before: null, after: 'false' },
        ],
      },
    ]);
  }
  await requireSecondAdmin(true);
  const payRun = await approved();
  const { auditLog } = expectData(await t.gql(log, { id: payRun.id }, t.admin));
  expect(auditLog.nodes[0].changes).toHaveLength(1);
});

test('a run that is issued says so to whoever issues it again, and is the same to who issued it', async () => {
  const payRun = await approved();
  const issued = await run(t, 'issue', payRun);
  const again = await run(t, 'issue', payRun);
  expect(again).toEqual(issued);
  for (const version of [payRun.version, issued.version]) {
    const error = expectCode(await send(t, 'issue', { id: payRun.id, version }, second), 'CONFLICT');
    expect(error.message).toBe('The pay run is issued already.');
  }
  for (const step of ['recompute', 'reopen', 'cancel'] as const) {
    await expectRefusal(t.database, () => send(t, step, issued), { code: 'CONFLICT', field: 'id' });
  }
});
