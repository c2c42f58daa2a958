import { deepStrictEqual } from 'node:assert';
import { ask } from './client.js';
import { data } from './targets.js';
import { newPayment } from './workloads.js';

/** @typedef {import('./targets.js').Target} Target */

const samples = 20;

/**
 * That a server gives the same answers and the same refusals as Stipend, and leaves the same behind.
 *
 * @param {Target} target
 * @param {Target} reference Stipend
 * @param {import('./database.js').Database} database
 * @throws Error on the first difference
 */
export async function checkSameAnswers(target, reference, database) {
  await checkReads(target, reference);
  await checkPayment(target, database);
  await checkRefusals(target, reference);
}

/** That both answer the same reads with the same data, page for page. */
export async function checkReads(target, reference) {
  const same = async (name, variablesOf) => {
    const given = await data(target, name, variablesOf(target));
    const wanted = await data(reference, name, variablesOf(reference));
    deepStrictEqual(withoutCursors(given), withoutCursors(wanted), `${target.server.name}: ${name}`);
  };
  await same('trivial', () => undefined);
  await same('employee', () => ({ id: '01940000-0000-7000-8000-000000000000' }));
  for (let n = 0; n < samples; n += 1) {
    await same('employee', ({ employeeIds }) => ({ id: at(employeeIds, n) }));
    await same('payments', ({ cursors }) => ({ id: at(cursors.payments, n).id }));
    await same('payments', ({ cursors }) => at(cursors.payments, n));
    await same('team', ({ cursors }) => ({ after: at(cursors.teams, n) }));
  }
}

async function checkPayment(target, database) {
  const { name } = target.server;
  for (const payee of target.payees.slice(0, 5)) {
    const variables = newPayment(payee);
    const { amount, kind, note } = variables.input;
    const { issuePayment } = await data(target, 'issuePayment', variables);
    const { id, issuedAt, ...payment } = issuePayment.payment;
    deepStrictEqual(issuePayment.replayed, false, `${name} replays a new key`);
    deepStrictEqual(payment, { amount, kind, note, status: 'ISSUED' }, `${name} pays something else`);
    deepStrictEqual(new Date(issuedAt).toISOString(), issuedAt, `${name} has another form of instants`);
    const replay = await data(target, 'issuePayment', variables);
    deepStrictEqual(
      replay.issuePayment,
      { payment: issuePayment.payment, replayed: true },
      `${name} pays twice`,
    );
    deepStrictEqual(await written(database, id), [{ payments: '1', keys: '1', entries: '1' }], name);
  }
}

function written(database, id) {
  return database.sql(
    `SELECT (SELECT count(*) FROM payments WHERE id = $1) AS payments,
      (SELECT count(*) FROM idempotency_records WHERE payment_id = $1) AS keys,
      (SELECT count(*) FROM audit_entries WHERE subject = $1 AND action = 'payment.issued') AS entries`,
    [id],
  );
}

async function checkRefusals(target, reference) {
  const { admin, viewer, bad } = target.tokens;
  const { documents } = target.contestant;
  const [payee] = target.payees;
  const used = newPayment(payee);
  await data(target, 'issuePayment', used);
  const with_ = (changes) => ({ input: { ...newPayment(payee).input, ...changes } });
  const mismatch = { input: { ...used.input, note: 'Something else' } };
  const cases = [
    ['FORBIDDEN', viewer, newPayment(payee)],
    ['UNAUTHENTICATED', bad, newPayment(payee)],
    ['UNAUTHENTICATED', undefined, newPayment(payee)],
    ['IDEMPOTENCY_MISMATCH', admin, mismatch],
    ['BAD_USER_INPUT', admin, with_({ amount: { amount: '0.00', currency: payee.currency } })],
    ['BAD_USER_INPUT', admin, with_({ amount: { amount: '5', currency: other(payee.currency) } })],
  ];
  for (const [code, token, variables] of cases) {
    const answer = await ask(target.server.url, { query: documents.issuePayment, variables }, token);
    deepStrictEqual(answer.code, code, `${target.server.name}: ${JSON.stringify(answer)}`);
    deepStrictEqual(answer.data?.issuePayment ?? null, null, `${target.server.name} refuses with data`);
  }
  const query = { query: documents.employee, variables: { id: reference.employeeIds[0] } };
  const answer = await ask(target.server.url, query, bad);
  deepStrictEqual(answer.code, 'UNAUTHENTICATED', target.server.name);
}

const at = (list, n) => list[n % list.length];
const other = (currency) => (currency === 'EUR' ? 'USD' : 'EUR');

/** A cursor is a server's own. That there is one where a page follows is seen by using it. */
function withoutCursors(value) {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === 'endCursor' ? undefined : inner)));
}
