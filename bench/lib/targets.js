import { readFileSync } from 'node:fs';
import { askForData, logIn } from './client.js';
import { contestants } from './contestants.js';
import { accounts } from './database.js';
import { startServer } from './servers.js';

/**
 * @typedef {object} Target a server, and what its requests are made of
 * @property {import('./servers.js').Server} server
 * @property {import('./database.js').Database} database
 * @property {import('./contestants.js').Contestant} contestant
 * @property {{ admin: string, viewer: string, bad: string }} tokens
 * @property {string[]} employeeIds
 * @property {Array<{ id: string, currency: string }>} payees employees who may be paid
 * @property {{ payments: Array<{ id: string, after: string }>, teams: Array<string | null> }} cursors
 */

/**
 * @typedef {object} OpenOptions
 * @property {string[]} names of the peers
 * @property {import('./contestants.js').Contestant[]} [from] where they are found
 * @property {{ employees: number, pages: number, of?: string[] }} cursors how many are taken, and of whose payments, where
 *   that is not all the same
 * @property {string[]} [nodeArgs]
 * @property {Record<string, string>} [env]
 * @property {string} [core]
 */

/**
 * Starts the servers, and takes from each what its requests need. Stipend always runs: it gives the tokens, and the
 * answers to compare with.
 *
 * @param {import('./database.js').Database} database
 * @param {OpenOptions} options
 * @returns {Promise<Target[]>}
 */
export async function openTargets(database, { names, cursors, from = contestants, ...start }) {
  const started = [];
  for (const contestant of from.filter(({ name }) => names.includes(name) || name === 'stipend')) {
    const { setup, role } = contestant;
    if (setup) await database.sql(readFileSync(setup, 'utf8'));
    const server = await startServer(contestant, { databaseUrl: database.urlFor(role), ...start });
    started.push({ contestant, server });
  }
  const tokens = await takeTokens(stipendOf(started).server.url);
  const people = await findPeople(database);
  const targets = [];
  for (const one of started) {
    const target = { ...one, database, tokens, ...people };
    targets.push({ ...target, cursors: await takeCursors(target, cursors) });
  }
  return targets;
}

/** @param {Partial<OpenOptions>} [options] @returns {Promise<Target>} */
export async function openStipend(database, options) {
  const cursors = { employees: 100, pages: 20 };
  return stipendOf(await openTargets(database, { names: [], cursors, ...options }));
}

export function stipendOf(targets) {
  return targets.find(({ server }) => server.name === 'stipend');
}

/** Asks as an admin, by a document's name. */
export async function data({ server, contestant, tokens }, name, variables) {
  const query = contestant.documents[name];
  return contestant.adapt(await askForData(server.url, { query, variables }, tokens.admin));
}

async function takeTokens(url) {
  const admin = await logIn(url, accounts.admin, accounts.password);
  const viewer = await logIn(url, accounts.viewer, accounts.password);
  return { admin, viewer, bad: `${admin.slice(0, -6)}AAAAAA` };
}

async function findPeople(database) {
  const people = await database.sql(`
    SELECT e.id, e.terminated_on IS NULL AND e.hired_on < CURRENT_DATE AS active, min(s.currency) AS currency
    FROM employees e JOIN salary_changes s ON s.employee_id = e.id GROUP BY e.id ORDER BY md5(e.id::text)`);
  return { employeeIds: people.map(({ id }) => id), payees: people.filter(({ active }) => active) };
}

/** The cursors at which the second pages of employees' payments begin, and those that part the list of employees. */
async function takeCursors(target, { employees: wanted, pages, of = target.employeeIds }) {
  const payments = [];
  for (const id of of.slice(0, wanted)) {
    const { employee } = await data(target, 'payments', { id });
    payments.push({ id, after: employee.payments.pageInfo.endCursor });
  }
  const teams = [null];
  while (teams.length < pages) {
    const { employees } = await data(target, 'team', { after: teams.at(-1) });
    if (!employees.pageInfo.hasNextPage) break;
    teams.push(employees.pageInfo.endCursor);
  }
  return { payments, teams };
}
