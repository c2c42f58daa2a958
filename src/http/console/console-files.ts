import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Logger } from '../../telemetry/log.js';
import { projectRoot } from '../../values/project-root.js';
import { prefersHtml } from '../content-type.js';
import { consolePolicy, explorerPolicy } from './console-policy.js';

const consoleFolder = join(projectRoot, 'dist', 'web');

const documentsPath = join(projectRoot, 'dist', 'console-documents.json');

/** The first parts of the paths of the console's pages. */
export const consolePages = [
  'account',
  'audit',
  'company',
  'components',
  'employees',
  'import',
  'pay-runs',
  'payments',
  'users',
];

/** @returns the console's GraphQL documents with their hashes, as the build has written them; none before the build */
export function consoleDocuments(): Array<[id: string, text: string]> {
  if (!existsSync(documentsPath)) return [];
  return Object.entries(
    z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(documentsPath, 'utf8'))),
  );
}

/** Serves the console, and its one page at the path of each of its pages, so that each can be opened and reloaded. */
export async function addConsoleFiles(fastify: FastifyInstance, log: Logger): Promise<void> {
  if (!existsSync(join(consoleFolder, 'index.html'))) {
    log.info({ folder: consoleFolder }, 'the console is not built: `npm run build` builds it');
    return;
  }
  const page = readFileSync(join(consoleFolder, 'index.html'));
  // A mistyped address: a person reads that there is no such page, a program gets the error of any other path.
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404 || request.method !== 'GET' || !prefersHtml(request.headers.accept)) return done();
    reply.code(404).headers(headersOf('/')).type('text/html; charset=utf-8').send(page);
  });
  await fastify.register(async (scope) => {
    scope.addHook('onRequest', (request, reply, done) => {
      reply.headers(headersOf(request.routeOptions.url ?? ''));
      done();
    });
    await scope.register(fastifyStatic, {
      root: consoleFolder,
      wildcard: false,
      preCompressed: true,
      cacheControl: false,
    });
    for (const page of consolePages) {
      scope.get(`/${page}`, (_request, reply) => reply.sendFile('index.html'));
      scope.get(`/${page}/*`, (_request, reply) => reply.sendFile('index.html'));
    }
    scope.get('/explorer', (_request, reply) => reply.sendFile('explorer.html'));
  });
}

/** A file in assets/ has a hash of its content in its name; any other may be a new one after an update. */
function headersOf(path: string): Record<string, string> {
  const isHashed = path.startsWith('/assets/');
  return {
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': path.startsWith('/explorer') ? explorerPolicy : consolePolicy,
  };
}
