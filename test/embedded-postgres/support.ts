import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import type { EmbeddedPostgres } from '../../src/embedded-postgres/start.js';

type Connection = EmbeddedPostgres['connection'];

/** No test asks what a power cut leaves behind. */
export const QUICK = { fsync: 'off' };

const answerSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    created: z.boolean(),
    connection: z.object({
      host: z.string(),
      port: z.number(),
      user: z.string(),
      password: z.string(),
      database: z.string(),
    }),
  }),
  z.object({ ok: z.literal(false), name: z.string(), message: z.string(), ms: z.number() }),
]);

export interface Owner {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly answer: Promise<z.infer<typeof answerSchema>>;
  readonly exited: Promise<void>;
}

/** What `npm test` has built of this module. */
export const builtStart = resolve('dist/embedded-postgres/start.js');

/** Copies it to `build/start.js` in a folder that has a node_modules of its own. */
export async function copyBuilt(folder: string): Promise<void> {
  await cp(dirname(builtStart), join(folder, 'build'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
}

/** Starts a process that owns, or tries to own, the database in `dataDir`. */
export function spawnOwner(start: string, dataDir: string, as: SpawnOptions = {}): Owner {
  const script = resolve('test/embedded-postgres/owner.mjs');
  const child = spawn(process.execPath, [script, start, dataDir], {
    ...as,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answer = new Promise<z.infer<typeof answerSchema>>((fulfil, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) =>
      fulfil(answerSchema.parse(JSON.parse(line))),
    );
    child.once('error', reject);
  });
  const exited = new Promise<void>((fulfil) => child.once('exit', () => fulfil()));
  return { child, pid: child.pid ?? 0, answer, exited };
}

/** The connection of an owner that must have started. */
export async function started(owner: Owner): Promise<{ created: boolean; connection: Connection }> {
  const answer = await owner.answer;
  if (!answer.ok) throw new Error(answer.message);
  return answer;
}

export async function query(connection: Connection, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(connection);
  // A server that is killed ends the connection beside the query as well.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Every live process that serves the connection: its supervisor, the postmaster, its children, their helpers. */
export async function processesOf(connection: Connection): Promise<{ pid: number; command: string }[]> {
  const mark = basename(connection.host);
  const found: { pid: number; command: string }[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(mark)) found.push({ pid: Number(name), command });
  }
  return found;
}

/** The pid of the postmaster, as its own pid file tells. */
export async function postmasterPid(dataDir: string): Promise<number> {
  const file = await readFile(`${dataDir}/postgres/postmaster.pid`, 'utf8').catch(() => '');
  return Number(file.split('\n')[0]);
}

/** Asks until the answer is yes; a failing question counts as no. Returns how long it took. */
export async function until(question: () => Promise<boolean>, withinMs: number): Promise<number> {
  const startedAt = performance.now();
  while (!(await question().catch(() => false))) {
    if (performance.now() - startedAt > withinMs) throw new Error(`not within ${withinMs} ms: ${question}`);
    await delay(20);
  }
  return performance.now() - startedAt;
}
