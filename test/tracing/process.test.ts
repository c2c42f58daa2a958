import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { logIn, send } from '../client.js';
import { cleanUp, newDatabase, newFolder, planted, refusalHere, start, stop } from '../start/support.js';
import { useCollector } from './collector.js';
import { envFor, pathsOf } from './support.js';

cleanUp();

const collector = await useCollector();

const { ADMIN_PASSWORD } = planted;

const report = z.object({ loaded: z.array(z.string()), globals: z.array(z.string()) });

/** @returns the packages that the server loads, and what they hang on globals */
async function loadedWith(env: Record<string, string>): Promise<z.infer<typeof report>> {
  const LOADED_FILE = join(await newFolder(), 'loaded.json');
  const NODE_OPTIONS = `--require=${resolve('test/tracing/loaded.cjs')}`;
  const database = await newDatabase();
  const stipend = await start({ ...database.env, ADMIN_PASSWORD, NODE_OPTIONS, LOADED_FILE, ...env });
  const token = await logIn(stipend.url, 'admin', ADMIN_PASSWORD);
  await send(stipend.url, { query: 'query Last { employees { nodes { id } } }', token });
  await stop(stipend);
  return report.parse(JSON.parse(await readFile(LOADED_FILE, 'utf8')));
}

test('without OTEL_EXPORTER_OTLP_ENDPOINT nothing of the SDK is loaded', async () => {
  const ofTracing = /^@opentelemetry\/(?!api$)|^@prisma\/instrumentation/;
  const { loaded, globals } = await loadedWith({
    OTEL_SERVICE_NAME: 'stipend',
    OTEL_TRACES_SAMPLER: 'always_on',
  });
  expect(loaded).toContain('pg');
  expect(loaded.filter((name) => ofTracing.test(name))).toEqual([]);
  expect(globals).toEqual([]);
});

test('with it the SDK is loaded, and a stop by a signal sends what is left', async () => {
  const { loaded, globals } = await loadedWith(envFor(collector.url));
  expect(loaded).toContain('@opentelemetry/sdk-trace-base');
  expect(globals).not.toEqual([]);
  expect(pathsOf(collector.spans())).toContain('POST /graphql > query Last');
});

test('an endpoint that is no URL, and a protocol that is not spoken, are refused at the start', async () => {
  const lines = await refusalHere({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
  });
  expect(lines).toEqual([
    'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL.',
    'OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json.',
  ]);
});
