import { beforeEach, expect, test } from 'vitest';
import { type Answer, send } from '../client.js';
import { expectData } from '../expect.js';
import { insertEmployee } from '../factories.js';
import { adminPassword, useStipend } from '../harness.js';

const t = await useStipend();

const issue = 'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } } }';
const login = 'mutation ($password: String!) { login(username: "admin", password: $password) { token } }';
/** A note that is in the statement's parameters, and thus in what the database says of a row that it refuses. */
const note = 'planted-note';

beforeEach(() => {
  t.logLines.length = 0;
});

/** Runs SQL that nobody foresaw, and its opposite when the work is done. */
async function withBroken<T>(broken: string, mended: string, work: () => Promise<T>): Promise<T> {
  await t.database.sql(broken);
  try {
    return await work();
  } finally {
    await t.database.sql(mended);
  }
}

/** The answer has one error, which says that something went wrong, where, and nothing else. */
function expectMasked(answer: Answer, path?: string): void {
  expect(answer.errors, answer.text).toHaveLength(1);
  const [error] = answer.errors ?? [];
  expect(error?.message).toBe('Something went wrong on the server.');
  expect(error?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR' });
  expect(error?.path?.[0]).toBe(path);
}

/** It is logged in one line, with what helps to find it: no SQL, no value, no path, no stack, no token, no password. */
function expectLoggedOnce(): void {
  const faults = t.logLines.filter((line) => JSON.parse(line).level >= 50);
  expect(faults).toHaveLength(1);
  expect(JSON.parse(faults[0] ?? '').err.type).toEqual(expect.any(String));
  for (const line of t.logLines) {
    for (const secret of [t.admin.token, adminPassword, note, 'planted-name'])
      expect(line).not.toContain(secret);
    expect(line).not.toMatch(/SELECT|INSERT|UPDATE|invocation|node_modules|file:|\\n +at |127\.0\.0\.1:/);
  }
}

test('a statement that fails is masked and logged once', async () => {
  const answer = await withBroken(
    'ALTER TABLE payments RENAME COLUMN note TO annotation',
    'ALTER TABLE payments RENAME COLUMN annotation TO note',
    () => t.gql('{ payments { totalCount nodes { id note } } }', {}, t.viewer),
  );
  expectMasked(answer, 'payments');
  expectLoggedOnce();
  expectData(await t.gql('{ payments { nodes { note } } }', {}, t.viewer));
});

test('a write that the database refuses for a reason of its own is masked, logged once, and leaves nothing', async () => {
  const employeeId = await insertEmployee(t.database, { name: 'planted-name' });
  const amount = { amount: '777.00', currency: 'EUR' };
  const input = { employeeId, amount, kind: 'BONUS', note, idempotencyKey: 'masked' };
  const answer = await withBroken(
    'ALTER TABLE payments ADD CONSTRAINT planted CHECK (amount_minor <> 77700)',
    'ALTER TABLE payments DROP CONSTRAINT planted',
    () => t.gql(issue, { input }, t.admin),
  );
  expectMasked(answer, 'issuePayment');
  expectLoggedOnce();
  expect(await t.database.sql("SELECT 1 FROM idempotency_records WHERE key = 'masked'")).toEqual([]);
  const again = await t.gql(issue, { input }, t.admin);
  expectData(again);
});

test('a login that fails for lack of a table is masked and logged once, without the password', async () => {
  const answer = await withBroken(
    'ALTER TABLE refresh_tokens RENAME TO planted_tokens',
    'ALTER TABLE planted_tokens RENAME TO refresh_tokens',
    () => t.gql(login, { password: adminPassword }),
  );
  expectMasked(answer, 'login');
  expectLoggedOnce();
});

test('a token whose session cannot be looked up is no refusal: 500, masked and logged once', async () => {
  // It has looked up no session yet.
  const another = await t.startAnother();
  t.logLines.length = 0;
  const answer = await withBroken(
    'ALTER TABLE sessions RENAME TO planted_sessions',
    'ALTER TABLE planted_sessions RENAME TO sessions',
    () => send(another.url, { query: '{ me { id } }', token: t.admin.token }),
  );
  expect(answer.status).toBe(500);
  expect(answer.headers.get('www-authenticate')).toBeNull();
  expectMasked(answer);
  expectLoggedOnce();
});
