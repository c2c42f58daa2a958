// What the machine can do: node:http, prepared statements, JSON by hand, a document known by its text. Nobody would
// write an API so. It checks tokens and roles, and what comes in, as the others do.

import { createServer } from 'node:http';
import pg from 'pg';
import { documents } from '../../lib/documents.js';
import { settings } from '../shared/settings.js';
import { createAuthentication } from './authentication.js';
import { employee } from './employee.js';
import { issuePayment } from './issue-payment.js';
import { payments } from './payments.js';
import { Refusal } from './refusal.js';
import { team } from './team.js';

// Instants come as text, and are written in UTC.
const pool = new pg.Pool({ connectionString: settings.databaseUrl, options: '-c timezone=UTC' });
const authenticate = createAuthentication(settings.jwtSecret);

/** @type {Map<string, (pool: pg.Pool, viewer: object, variables: object) => string | Promise<string>>} */
const operations = new Map([
  [documents.trivial, () => '{"data":{"__typename":"Query"}}'],
  [documents.employee, employee],
  [documents.payments, payments],
  [documents.team, team],
  [documents.issuePayment, issuePayment],
]);

async function answer(request, body) {
  const viewer = authenticate(request.headers.authorization);
  const { query, variables } = JSON.parse(body);
  const operation = operations.get(query);
  if (!operation) throw new Refusal('GRAPHQL_VALIDATION_FAILED', 'This document is not known here.');
  return operation(pool, viewer, variables);
}

function send(response, status, text) {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

function refuse(response, error) {
  if (!(error instanceof Refusal)) console.error(error);
  const { status, code, message } =
    error instanceof Refusal ? error : new Refusal('INTERNAL_SERVER_ERROR', '');
  send(response, status, JSON.stringify({ errors: [{ message, extensions: { code } }], data: null }));
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString();
    answer(request, body).then(
      (text) => send(response, 200, text),
      (error) => refuse(response, error),
    );
  });
});
server.listen(settings.port, '127.0.0.1');
