import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { findRunningPostgres } from '../../src/embedded-postgres/start.js';
import { logIn, send } from '../client.js';
import { runSql, type TestDatabase } from '../database.js';
import { insertEmployee, insertUser, userPassword } from '../factories.js';
import { expectInvariants } from '../invariants.js';
import { cleanUp, closedPort, newFolder, planted, ready, spawnStipend } from '../start/support.js';
import { longMode } from './support.js';

cleanUp();

const points = Number(process.env.FAULT_ROUNDS ?? (longMode ? 100 : 20));
const pointMs = 60_000;
const people = 200;

const dataDir = await newFolder();
const port = await closedPort();
const url = `http://127.0.0.1:${port}`;
const { ADMIN_PASSWORD } = planted;

function spawnApi() {
  const env = { DATA_DIR: dataDir, PORT: String(port), SEED: 'none', ADMIN_PASSWORD };
  return spawnStipend(env, [process.execPath, resolve('dist/main.js')]);
}

/** The embedded database, past the API, wherever it listens now. */
const database: TestDatabase = {
  url: '',
  sql: async (text, values) => {
    const connection = await findRunningPostgres(dataDir);
    if (!connection) throw new Error('no PostgreSQL runs');
    return runSql(connection, text, values);
  },
  drop: async () => {},
};

const run = 'payRun { id version contentHash status }';
const drafting = `mutation ($input: DraftPayRunInput!) { step: draftPayRun(input: $input) { ${run} } }`;
const approving = `mutation ($id: ID!, $version: Int!, $contentHash: String!) {
  step: approvePayRun(id: $id, version: $version, contentHash: $contentHash) { ${run} } }`;
const issuing = `mutation ($id: ID!, $version: Int!) { step: issuePayRun(id: $id, version: $version) { ${run} } }`;

async function step(query: string, variables: object, token: string) {
  const answer = await send(url, { query, variables, token });
  expect(answer.errors, answer.text).toBeUndefined();
  return answer.data.step.payRun;
}

/** Of the days of a point, which has a month of its own. */
async function approvedRun(point: number, tokens: string[]) {
  const month = `${2000 + Math.floor(point / 12)}-${String((point % 12) + 1).padStart(2, '0')}`;
  const period = { start: `${month}-01`, end: `${month}-28` };
  const [first = '', second = ''] = tokens;
  const drafted = await step(drafting, { input: { period, payDate: period.end } }, first);
  return await step(approving, drafted, second);
}

async function paymentsOf(payRunId: string): Promise<number> {
  return (await database.sql('SELECT 1 FROM payments WHERE pay_run_id = $1', [payRunId])).length;
}

test(
  `kill -9 of the server at ${points} points of an issue pays all or nobody, and issuing again pays each person once`,
  async () => {
    let api = spawnApi();
    await ready(api);
    await insertUser(database, { username: 'anna', role: 'ADMIN' });
    const ids = [];
    for (let n = 0; n < people; n++) ids.push(await insertEmployee(database, { hiredOn: '1999-01-01' }));
    await database.sql(`UPDATE employees SET bank_holder = name, bank_country = 'DE', bank_last_four = '3000',
      bank_account_sealed = id::text::bytea`);
    const tokens = [await logIn(url, 'admin', ADMIN_PASSWORD), await logIn(url, 'anna', userPassword)];
    const first = await approvedRun(0, tokens);
    const since = performance.now();
    await step(issuing, first, tokens[0] ?? '');
    const issueMs = performance.now() - since;
    for (let point = 1; point <= points; point++) {
      const approved = await approvedRun(point, tokens);
      const asked = step(issuing, approved, tokens[0] ?? '').catch(() => undefined);
      await delay((issueMs * point) / points);
      api.child.kill('SIGKILL');
      await Promise.all([api.exited, asked]);
      api = spawnApi();
      await ready(api);
      const paid = await paymentsOf(approved.id);
      expect([0, people], `point ${point}`).toContain(paid);
      const issued = await step(issuing, approved, tokens[0] ?? '');
      expect([issued.status, await paymentsOf(approved.id)], `point ${point}`).toEqual(['ISSUED', people]);
    }
    await expectInvariants(database);
    api.child.kill('SIGTERM');
    expect(await api.exited).toEqual({ code: 0, signal: null });
  },
  (points + 2) * pointMs,
);
