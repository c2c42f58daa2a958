// PostGraphile 5 on node:http: the API is Stipend's own tables, and what setup.sql adds to them. Who may do what is for
// PostgreSQL's roles to say.

import './node-20.js';
import { createServer } from 'node:http';
import { GraphQLError } from 'graphql';
import jwt from 'jsonwebtoken';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { settings } from '../shared/settings.js';

/** Refused before the request is run: the status tells. */
function unauthenticated() {
  return Object.assign(new Error('Log in first.'), { statusCode: 401 });
}

function context({ node }) {
  const [scheme, token] = node?.req.headers.authorization?.split(' ') ?? [];
  if (scheme !== 'Bearer') throw unauthenticated();
  try {
    const { sub, admin } = jwt.verify(token, settings.jwtSecret, { algorithms: ['HS256'] });
    return { pgSettings: { role: admin ? 'company_admin' : 'company_viewer', 'jwt.claims.sub': sub } };
  } catch {
    throw unauthenticated();
  }
}

const codes = { 42501: 'FORBIDDEN', ZINPT: 'BAD_USER_INPUT', ZMISM: 'IDEMPOTENCY_MISMATCH' };

function maskError(error) {
  const { originalError: cause } = error;
  if (!cause) return error;
  const code = codes[cause.code] ?? 'INTERNAL_SERVER_ERROR';
  if (code === 'INTERNAL_SERVER_ERROR') console.error(error);
  return new GraphQLError(code, { nodes: error.nodes, path: error.path, extensions: { code } });
}

const api = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: settings.databaseUrl, schemas: ['public'] })],
  grafast: { context },
  grafserv: { port: settings.port, graphqlPath: '/graphql', graphiql: false, watch: false, maskError },
});
const server = createServer();
server.on('error', (error) => console.error(error));
await api.createServ(grafserv).addTo(server);
server.listen(settings.port, '127.0.0.1');
