// GraphQL Yoga on node:http, its JWT plugin, and a schema that Pothos makes over Prisma.

import { createServer } from 'node:http';
import { createInlineSigningKeyProvider, useJWT } from '@graphql-yoga/plugin-jwt';
import { createYoga } from 'graphql-yoga';
import { settings } from '../shared/settings.js';
import { schema } from './schema.js';

const yoga = createYoga({
  schema,
  plugins: [
    useJWT({
      signingKeyProviders: [createInlineSigningKeyProvider(settings.jwtSecret)],
      tokenVerification: { algorithms: ['HS256'] },
      reject: { missingToken: false, invalidToken: true },
    }),
  ],
  context: ({ jwt }) => ({ viewer: jwt ? { id: jwt.payload.sub, isAdmin: jwt.payload.admin } : null }),
});
createServer(yoga).listen(settings.port, '127.0.0.1');
