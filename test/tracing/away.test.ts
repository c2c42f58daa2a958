import { expect, onTestFinished, test, vi } from 'vitest';
import { send } from '../client.js';
import { useStipend } from '../harness.js';
import { closedPort } from '../start/support.js';
import { useCollector } from './collector.js';
import { envFor } from './support.js';

/** What a stop may take besides what it takes anyway. */
const lastExportMs = 2_000;
const ownMs = 1_500;

const silent = await useCollector({ status: undefined });
const refusing = await useCollector({ status: 503 });
const nowhere = `http://127.0.0.1:${await closedPort()}`;
const t = await useStipend();

const query = '{ employees { nodes { id name payments { totalCount } } } }';

test.each([
  ['is not there', nowhere],
  ['never answers', silent.url],
  ['refuses', refusing.url],
  ['has a name that there is not', 'http://collector.invalid:4318'],
])('a collector that %s changes no answer, holds up no stop for long, and is logged once', async (_, url) => {
  const lines = t.logLines.length;
  const app = await t.startAnother(envFor(url));
  const ask = (at: string) => send(at, { query, token: t.admin.token });
  const expected = await ask(t.url);
  for (let time = 0; time < 5; time++) {
    const answer = await ask(app.url);
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: expected.text });
  }
  const started = performance.now();
  await app.stop();
  expect(performance.now() - started).toBeLessThan(lastExportMs + ownMs);
  const logged = t.logLines.slice(lines).map((line) => JSON.parse(line));
  expect(logged.filter(({ level }) => level > 30)).toMatchObject([
    { level: 40, msg: expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT') },
  ]);
});

test('a collector that fails time and again is named in one line of the log', async () => {
  vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '1');
  onTestFinished(() => void vi.unstubAllEnvs());
  const lines = t.logLines.length;
  const failing = await useCollector({ status: 500 });
  const app = await t.startAnother(envFor(failing.url));
  const read = () => send(app.url, { query: '{ me { id } }', token: t.admin.token });
  while (failing.requests.length < 5) expect((await read()).status).toBe(200);
  await app.stop();
  const logged = t.logLines.slice(lines);
  expect(logged.filter((line) => line.includes('OTEL_EXPORTER_OTLP_ENDPOINT'))).toHaveLength(1);
  expect(logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
});
