import { randomUUID } from 'node:crypto';
import { loginBody } from './client.js';
import { accounts } from './database.js';
import { picker, randomNumbers } from './random.js';

/** @typedef {import('./targets.js').Target} Target */

/**
 * @typedef {object} Request
 * @property {string} body
 * @property {string} token
 */

/**
 * @typedef {object} Workload
 * @property {string} id
 * @property {string} title
 * @property {(target: Target, seed: number) => () => Request} requests
 * @property {boolean} [refused] whether an answer with errors is the right one
 * @property {boolean} [alone] whether it is for Stipend only
 * @property {number} [connections] fewer than asked for
 */

const preparedRequests = 2000;

/** Requests with arguments of their own, over and over. */
function prepared(make) {
  return (target, seed) => {
    const pick = picker(seed);
    const bodies = Array.from({ length: preparedRequests }, () => make(target, pick));
    let next = 0;
    return () => bodies[next++ % bodies.length];
  };
}

const read = (name, variables) =>
  prepared((target, pick) => ({
    body: JSON.stringify({ query: target.contestant.documents[name], variables: variables(target, pick) }),
    token: target.tokens.admin,
  }));

const trivial = read('trivial', () => undefined);
const employee = read('employee', ({ employeeIds }, pick) => ({ id: pick(employeeIds) }));
const payments = read('payments', ({ cursors }, pick) => pick(cursors.payments));
const team = read('team', ({ cursors }, pick) => ({ after: pick(cursors.teams) }));

/** @returns {object} variables of issuePayment, with a key that was never used */
export function newPayment({ id, currency }) {
  const amount = currency === 'JPY' ? '12500' : '125.50';
  return {
    input: {
      employeeId: id,
      amount: { amount, currency },
      kind: 'BONUS',
      note: 'For a good quarter',
      idempotencyKey: randomUUID(),
    },
  };
}

const issue = (role) => (target, seed) => {
  const pick = picker(seed);
  return () => ({
    body: JSON.stringify({
      query: target.contestant.documents.issuePayment,
      variables: newPayment(pick(target.payees)),
    }),
    token: target.tokens[role],
  });
};

/** @param {Array<[number, Workload['requests']]>} parts percentages */
const mix = (parts) => (target, seed) => {
  const random = randomNumbers(seed);
  const sources = parts.map(([percent, requests]) => [percent, requests(target, seed)]);
  return () => {
    let left = random() * 100;
    for (const [percent, next] of sources) {
      left -= percent;
      if (left < 0) return next();
    }
    return sources[0][1]();
  };
};

const badToken = (target, seed) => {
  const next = employee(target, seed);
  return () => ({ ...next(), token: target.tokens.bad });
};

/** @type {Workload[]} */
export const workloads = [
  { id: 'W1', title: 'nothing: `{ __typename }`', requests: trivial },
  { id: 'W2', title: 'an employee by id', requests: employee },
  { id: 'W3', title: "an employee's payments, 50, the second page", requests: payments },
  { id: 'W4', title: '20 employees, the 10 latest payments of each, their issuers', requests: team },
  { id: 'W5', title: 'issuePayment with a key', requests: issue('admin') },
  {
    id: 'W6',
    title: '50 % W2, 30 % W3, 10 % W4, 10 % W5',
    requests: mix([
      [50, employee],
      [30, payments],
      [10, team],
      [10, issue('admin')],
    ]),
  },
  {
    id: 'W7',
    title: 'refusals: half a viewer who would pay, half a bad token',
    requests: mix([
      [50, issue('viewer')],
      [50, badToken],
    ]),
    refused: true,
  },
  {
    id: 'W8',
    title: 'login',
    requests: () => {
      const body = JSON.stringify(loginBody(accounts.admin, accounts.password));
      return () => ({ body, token: undefined });
    },
    alone: true,
    // Of five tries for one account that have not succeeded yet, Stipend has the fifth one wait.
    connections: 4,
  },
];
