import { expect, test } from 'vitest';
import { type Answer, post, send } from '../client.js';
import { insertEmployee } from '../factories.js';
import { adminPassword, jwtSecret, useStipend } from '../harness.js';
import { expectNoneIn, logInBadly, sendMalformed, Visitor } from '../secrets/support.js';
import { useCollector } from './collector.js';
import { pathsOf, tracesOf } from './support.js';

const collector = await useCollector();
const t = await useStipend();

const edit = 'mutation Edit($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id } } }';
const pay = 'mutation Pay($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } } }';
const change = `mutation Change($old: String!, $new: String!) {
  changePassword(currentPassword: $old, newPassword: $new) { token refreshToken } }`;
const search = 'query Search($filter: EmployeeFilter) { employees(filter: $filter) { totalCount } }';

/** Pays, edits and searches, in good order and past the rules. */
async function work(visitor: Visitor, token: string, employeeId: string): Promise<void> {
  const ask = (query: string, variables: object): Promise<Answer> =>
    send(visitor.url, { query, variables, token });
  const amount = { amount: '10.00', currency: 'EUR' };
  const bonus = { employeeId, amount, kind: 'BONUS', idempotencyKey: visitor.plant('key') };
  const paid = await ask(pay, { input: { ...bonus, note: visitor.plant('note') } });
  expect(paid.errors).toBeUndefined();
  await visitor.fails(ask(pay, { input: { ...bonus, note: visitor.plant('other note') } }));
  await visitor.fails(ask(pay, { input: { ...bonus, employeeId: visitor.plant('id') } }));
  const accountNumber = visitor.note('account number', 'DE89370400440532013000');
  const bankAccount = { holder: visitor.plant('holder'), country: 'DE', accountNumber };
  const input = { id: employeeId, version: 1, bankAccount, name: visitor.plant('name') };
  expect((await ask(edit, { input })).errors).toBeUndefined();
  await visitor.fails(ask(edit, { input }));
  await ask(search, { filter: { search: visitor.plant('search') } });
  const literal = visitor.plant('literal');
  await ask(`query Literal { employees(filter: { search: "${literal}" }) { totalCount } }`, {});
  const inUrl = encodeURIComponent(JSON.stringify({ filter: { search: visitor.plant('search in a URL') } }));
  const headers = { authorization: `Bearer ${token}`, 'apollo-require-preflight': 'true' };
  const url = `${visitor.url}/graphql?query=${encodeURIComponent(search)}&variables=${inUrl}`;
  expect((await fetch(url, { headers })).status).toBe(200);
}

test('no token, password, account number, variable, literal, header or URL is in a span', async () => {
  const planted = new Map([
    ['JWT_SECRET', jwtSecret],
    ["the admin's password", adminPassword],
    ["DATABASE_URL's password", new URL(t.database.url).password],
    ['collector token', 'planted-collector-token'],
  ]);
  const employeeId = await insertEmployee(t.database);
  const trace = async (url: string) => {
    const visitor = new Visitor(url, planted);
    const { token, refreshToken } = await visitor.logIn('admin', adminPassword);
    await work(visitor, token, employeeId);
    await visitor.refresh(refreshToken);
    await logInBadly(visitor);
    await sendMalformed(visitor, token);
    // A statement that fails quotes values in its message.
    await t.database.sql(`
      CREATE FUNCTION quote() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'not %', NEW.note; END $$;
      CREATE TRIGGER quote BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION quote()`);
    const amount = { amount: '10.00', currency: 'EUR' };
    const input = {
      employeeId,
      amount,
      kind: 'BONUS',
      note: visitor.plant('lost note'),
      idempotencyKey: 'lost',
    };
    await visitor.fails(send(url, { query: pay, variables: { input }, token }));
    const variables = { old: adminPassword, new: visitor.plant('new password') };
    const changed = await post(url, JSON.stringify({ query: change, variables }), {
      authorization: `Bearer ${token}`,
      cookie: `session=${visitor.plant('cookie')}`,
      'user-agent': visitor.plant('user agent'),
    });
    visitor.note('new token', changed.data.changePassword.token);
    visitor.note('new refresh token', changed.data.changePassword.refreshToken);
  };
  const spans = await tracesOf(t, collector, trace, {
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20planted-collector-token,x-tenant=payroll',
  });
  const paths = pathsOf(spans);
  for (const name of ['mutation Login', 'mutation Pay', 'mutation Edit', 'mutation Change', 'query Search']) {
    expect(paths).toContain(`POST /graphql > ${name}`);
  }
  expect(planted.size).toBeGreaterThan(30);
  for (const { body } of collector.requests) expectNoneIn(body.toString(), planted);
  // No document either: the braces of one would be there.
  for (const { body } of collector.requests) expect(body.toString()).not.toContain('totalCount }');
  for (const { headers } of collector.requests) {
    expect(headers).toMatchObject({ authorization: 'Bearer planted-collector-token', 'x-tenant': 'payroll' });
  }
});
