import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { logIn, send } from '../client.js';
import {
  cleanUp,
  newDatabase,
  newFolder,
  planted,
  refusal,
  spawnStipend,
  start,
  stop,
} from '../start/support.js';
import { useCollector } from './collector.js';
import { envFor, pathsOf } from './support.js';

cleanUp();

const collector = await useCollector();
const failing = await useCollector({ status: 500 });

const { ADMIN_PASSWORD } = planted;

/** Runs the server as its users do, and logs in. @returns what it printed */
async function run(env: Record<string, string>, work?: (url: string, token: string) => Promise<unknown>) {
  const database = await newDatabase();
  const stipend = await start({ ...database.env, ADMIN_PASSWORD, ...env });
  await work?.(stipend.url, await logIn(stipend.url, 'admin', ADMIN_PASSWORD));
  await stop(stipend);
  return stipend.stdout();
}

const report = z.object({ loaded: z.array(z.string()), globals: z.array(z.string()) });

/** @returns the packages that the server loads, and what they hang on globals */
async function loadedWith(env: Record<string, string>): Promise<z.infer<typeof report>> {
  const LOADED_FILE = join(await newFolder(), 'loaded.json');
  const NODE_OPTIONS = `--require=${resolve('test/tracing/loaded.cjs')}`;
  await run({ NODE_OPTIONS, LOADED_FILE, ...env }, (url, token) =>
    send(url, { query: '{ employees { nodes { id } } }', token }),
  );
  return report.parse(JSON.parse(await readFile(LOADED_FILE, 'utf8')));
}

test('without OTEL_EXPORTER_OTLP_ENDPOINT nothing of the SDK is loaded, and with it, it is', async () => {
  const ofTracing = /^@opentelemetry\/(?!api$)|^@prisma\/instrumentation/;
  const without = await loadedWith({ OTEL_SERVICE_NAME: 'stipend', OTEL_TRACES_SAMPLER: 'always_on' });
  expect(without.loaded).toContain('pg');
  expect(without.loaded.filter((name) => ofTracing.test(name))).toEqual([]);
  expect(without.globals).toEqual([]);
  const traced = await loadedWith(envFor(collector.url));
  expect(traced.loaded).toContain('@opentelemetry/sdk-trace-base');
  expect(traced.globals).not.toEqual([]);
});

test('a stop by a signal sends what is left', async () => {
  const before = collector.spans().length;
  await run(envFor(collector.url), (url, token) => send(url, { query: 'query Last { me { id } }', token }));
  expect(pathsOf(collector.spans().slice(before))).toContain('POST /graphql > query Last');
});

test("traces are protobuf unless JSON is asked for, at the endpoint's own path", async () => {
  const before = collector.requests.length;
  await run({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/otlp/` }, (url, token) =>
    send(url, { query: 'query InProtobuf { me { id } }', token }),
  );
  const sent = collector.requests.splice(before);
  expect(sent.length).toBeGreaterThan(0);
  for (const { path, headers } of sent) {
    expect([path, headers['content-type']]).toEqual(['/otlp/v1/traces', 'application/x-protobuf']);
  }
  expect(Buffer.concat(sent.map(({ body }) => body)).includes('query InProtobuf')).toBe(true);
});

test("OTEL_TRACES_SAMPLER and the SDK's other variables hold", async () => {
  const before = collector.requests.length;
  const env = { ...envFor(collector.url), OTEL_TRACES_SAMPLER: 'always_off' };
  await run(env, (url, token) => send(url, { query: '{ me { id } }', token }));
  expect(collector.requests.length).toBe(before);
});

test('a collector that fails time and again is told of in one line', async () => {
  const env = { ...envFor(failing.url), OTEL_BSP_SCHEDULE_DELAY: '1' };
  const printed = await run(env, async (url, token) => {
    const ask = () => send(url, { query: '{ me { id } }', token });
    while (failing.requests.length < 5) expect((await ask()).status).toBe(200);
  });
  expect(printed.split('\n').filter((line) => line.includes('OTEL_EXPORTER_OTLP_ENDPOINT')).length).toBe(1);
  expect(printed).not.toMatch(/"level":(50|60)/);
});

test('an endpoint that is no URL, and a protocol that is not spoken, are refused at the start', async () => {
  const lines = await refusal(
    spawnStipend({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
  );
  expect(lines).toEqual([
    'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL.',
    'OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json.',
  ]);
});
