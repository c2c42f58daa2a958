// Mercurius with its compiler and its loaders, mercurius-auth for the rules, @fastify/jwt with its cache of verified
// tokens, and SQL through pg.

import { readFileSync } from 'node:fs';
import fastifyJwt from '@fastify/jwt';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import mercuriusAuth from 'mercurius-auth';
import { settings } from '../shared/settings.js';
import { loaders } from './loaders.js';
import { resolvers } from './resolvers.js';

const { ErrorWithProps } = mercurius;
const schema = readFileSync(new URL('../shared/schema.graphql', import.meta.url), 'utf8');

async function createContext(request) {
  if (request.headers.authorization === undefined) return { viewer: null };
  try {
    const { sub, admin } = await request.jwtVerify();
    return { viewer: { id: sub, isAdmin: admin } };
  } catch {
    throw new ErrorWithProps('The token is not valid.', { code: 'UNAUTHENTICATED' }, 401);
  }
}

async function applyPolicy({ requires }, _parent, _args, { viewer }) {
  if (viewer === null) return new ErrorWithProps('Log in first.', { code: 'UNAUTHENTICATED' });
  if (requires === 'admin' && !viewer.isAdmin) {
    return new ErrorWithProps('Only an admin may do this.', { code: 'FORBIDDEN' });
  }
  return true;
}

const app = Fastify();
await app.register(fastifyJwt, {
  secret: settings.jwtSecret,
  verify: { algorithms: ['HS256'], cache: true },
});
await app.register(mercurius, { schema, resolvers, loaders, jit: 1, context: createContext });
await app.register(mercuriusAuth, {
  mode: 'external',
  policy: {
    Query: { employee: { requires: 'user' }, employees: { requires: 'user' } },
    Mutation: { issuePayment: { requires: 'admin' } },
  },
  applyPolicy,
});
await app.listen({ port: settings.port, host: '127.0.0.1' });
