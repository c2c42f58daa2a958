import { GraphQLError } from 'graphql';
import jwt from 'jsonwebtoken';
import { settings } from '../shared/settings.js';
import { createLoaders } from './loaders.js';

export async function createContext({ req }) {
  return { viewer: viewerOf(req.headers.authorization), loaders: createLoaders() };
}

function viewerOf(header) {
  const [scheme, token] = header?.split(' ') ?? [];
  if (scheme !== 'Bearer') return null;
  try {
    const { sub, admin } = jwt.verify(token, settings.jwtSecret, { algorithms: ['HS256'] });
    return { id: sub, isAdmin: admin };
  } catch {
    throw new GraphQLError('The token is not valid.', {
      extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
    });
  }
}
