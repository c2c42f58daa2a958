// The stack put together the usual way: Apollo Server on Express as its documentation shows it, graphql-shield over
// the whole schema, Prisma's model API in the resolvers, DataLoader against 1 + N.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import cors from 'cors';
import express from 'express';
import { applyMiddleware } from 'graphql-middleware';
import { settings } from '../shared/settings.js';
import { createContext } from './context.js';
import { permissions } from './permissions.js';
import { resolvers } from './resolvers.js';

const typeDefs = readFileSync(new URL('../shared/schema.graphql', import.meta.url), 'utf8');
const schema = applyMiddleware(makeExecutableSchema({ typeDefs, resolvers }), permissions);

const app = express();
const httpServer = http.createServer(app);
const server = new ApolloServer({ schema, plugins: [ApolloServerPluginDrainHttpServer({ httpServer })] });
await server.start();
app.use('/graphql', cors(), express.json(), expressMiddleware(server, { context: createContext }));
httpServer.listen({ port: settings.port, host: '127.0.0.1' });
