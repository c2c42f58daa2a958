import { expect, test } from 'vitest';
import { logIn, send } from '../client.js';
import { expectData } from '../expect.js';
import { insertEmployee, insertUser, userPassword } from '../factories.js';
import { cleanUp, newDatabase, newFolder, planted, start, stop } from '../start/support.js';
import { expectNoneIn, logInBadly, sendMalformed, Visitor } from './support.js';

cleanUp();

const metricsToken = 'planted-metrics-token-0123456789';

/** What is planted in its environment, with whatever more the caller gives. */
const environment = (more: Record<string, string>) =>
  new Map(Object.entries({ ...planted, METRICS_TOKEN: metricsToken, ...more }));

const edit = `mutation Edit($input: EditEmployeeInput!) { editEmployee(input: $input) { employee { id version } } }`;
const pay = `mutation Pay($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id note } } }`;
const money = { amount: '10.00', currency: 'EUR' };

/** Pays and edits, in good order and past every rule. */
async function work(visitor: Visitor, token: string, employeeId: string): Promise<void> {
  const { url } = visitor;
  const ask = (query: string, input: object) => send(url, { query, variables: { input }, token });
  const bonus = { employeeId, amount: money, kind: 'BONUS' };
  const key = visitor.plant('idempotency key');
  const note = visitor.plant('note');
  expectData(await ask(pay, { ...bonus, note, idempotencyKey: key }));
  await visitor.fails(ask(pay, { ...bonus, note: visitor.plant('other note'), idempotencyKey: key }));
  await visitor.fails(ask(pay, { ...bonus, amount: { ...money, amount: visitor.plant('amount') } }));
  await visitor.fails(ask(pay, { ...bonus, employeeId: visitor.plant('id') }));
  const accountNumber = visitor.note('account number', 'DE89370400440532013000');
  const bankAccount = { holder: visitor.plant('holder'), country: 'DE', accountNumber };
  const edited = await ask(edit, { id: employeeId, version: 1, bankAccount, name: visitor.plant('name') });
  expectData(edited);
  await visitor.fails(ask(edit, { id: employeeId, version: 1, name: visitor.plant('stale name') }));
  const wrong = visitor.note('wrong account number', 'DE00_370400440532013999');
  await visitor.fails(
    ask(edit, { id: employeeId, version: 2, bankAccount: { ...bankAccount, accountNumber: wrong } }),
  );
  const search = { search: visitor.plant('search') };
  await send(url, {
    query: 'query S($f: EmployeeFilter) { employees(filter: $f) { totalCount } }',
    variables: { f: search },
    token,
  });
}

test('through logins, refreshes, payments, edits and every kind of error, no secret is printed at the most talkative level', async () => {
  const database = await newDatabase();
  const password = /stipend:([^@]+)@/.exec(database.url)?.[1] ?? '';
  const stipend = await start({
    ...database.env,
    ...planted,
    METRICS_TOKEN: metricsToken,
    LOG_LEVEL: 'debug',
  });
  const visitor = new Visitor(stipend.url, environment({ "DATABASE_URL's password": password }));
  const { token, refreshToken } = await visitor.logIn('admin', planted.ADMIN_PASSWORD);
  const refreshed = await visitor.refresh(refreshToken);
  await logInBadly(visitor);
  await sendMalformed(visitor, refreshed.token);
  await fetch(`${stipend.url}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } });
  await fetch(`${stipend.url}/metrics`, {
    headers: { authorization: `Bearer ${visitor.plant('metrics token')}` },
  });
  await work(visitor, token, await insertEmployee(database));

  await insertUser(database, { username: 'vera', role: 'VIEWER' });
  const vera = visitor.note('token of vera', await logIn(stipend.url, 'vera', userPassword));
  visitor.note('password of vera', userPassword);
  const newPassword = visitor.plant('new password');
  const change = `mutation ($old: String!, $new: String!) { changePassword(currentPassword: $old, newPassword: $new) { user { id } } }`;
  await visitor.fails(
    send(stipend.url, {
      query: change,
      variables: { old: visitor.plant('old'), new: newPassword },
      token: vera,
    }),
  );
  await send(stipend.url, { query: change, variables: { old: userPassword, new: newPassword }, token: vera });
  await visitor.fails(send(stipend.url, { query: '{ me { id } }', token: vera }));
  await stop(stipend);
  // It has printed a line for each of them.
  expect(stipend.stdout().match(/"request"/g)?.length).toBeGreaterThan(25);
  expectNoneIn(stipend.stdout() + stipend.stderr(), visitor.planted);
});

test('a database error that quotes the row or the value is logged without either, and told to nobody', async () => {
  const database = await newDatabase();
  const stipend = await start({ ...database.env, ...planted, LOG_LEVEL: 'debug' });
  const visitor = new Visitor(stipend.url, environment({}));
  const { token } = await visitor.logIn('admin', planted.ADMIN_PASSWORD);
  const employeeId = await insertEmployee(database);
  const input = () => ({
    employeeId,
    amount: money,
    kind: 'BONUS',
    note: visitor.plant(`note ${visitor.planted.size}`),
  });
  const paid = () => visitor.fails(send(stipend.url, { query: pay, variables: { input: input() }, token }));
  await database.sql("ALTER TABLE payments ADD CONSTRAINT no_notes CHECK (note = 'nothing')");
  await paid();
  await database.sql('ALTER TABLE payments DROP CONSTRAINT no_notes');
  await database.sql('ALTER TABLE payments ALTER COLUMN note TYPE integer USING NULL');
  await paid();
  await database.sql('ALTER TABLE employees ADD CONSTRAINT no_titles CHECK (length(title) < 20) NOT VALID');
  const edited = { id: employeeId, version: 1, title: visitor.plant('title-of-an-employee') };
  await visitor.fails(send(stipend.url, { query: edit, variables: { input: edited }, token }));
  await database.sql('ALTER TABLE users RENAME TO people');
  const query = 'mutation ($u: String!, $p: String!) { login(username: $u, password: $p) { token } }';
  const credentials = { u: visitor.plant('username'), p: visitor.plant('password') };
  await visitor.fails(send(stipend.url, { query, variables: credentials }));
  await database.sql('ALTER TABLE people RENAME TO users');
  await stop(stipend);
  expect(stipend.stdout().match(/an operation failed/g)?.length).toBeGreaterThanOrEqual(3);
  expectNoneIn(stipend.stdout() + stipend.stderr(), visitor.planted);
});

test('the embedded database prints no secret either', async () => {
  const stipend = await start({ ...planted, DATA_DIR: await newFolder(), SEED: 'demo', LOG_LEVEL: 'debug' });
  const visitor = new Visitor(stipend.url, environment({}));
  const { token, refreshToken } = await visitor.logIn('admin', planted.ADMIN_PASSWORD);
  await visitor.refresh(refreshToken);
  await logInBadly(visitor);
  const { data } = await send(stipend.url, {
    query: '{ employees(first: 1, filter: { status: ACTIVE }) { nodes { id salary { currency } } } }',
    token,
  });
  const [employee] = data.employees.nodes;
  const input = {
    employeeId: employee.id,
    amount: { amount: '10', currency: employee.salary.currency },
    kind: 'BONUS',
    note: visitor.plant('note'),
  };
  expectData(await send(stipend.url, { query: pay, variables: { input }, token }));
  await stop(stipend);
  expectNoneIn(stipend.stdout() + stipend.stderr(), visitor.planted);
});
