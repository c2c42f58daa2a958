import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, expect } from 'vitest';
import { type Answer, logIn, send } from '../client.js';
import { createDatabase, type TestDatabase } from '../database.js';
import { expectData } from '../expect.js';
import { insertEmployee, insertPayment, insertUser, userPassword } from '../factories.js';
import { cleanUp, planted, ready, spawnStipend } from '../start/support.js';

/** How long anybody honest waits at most while the server is attacked. Unharmed, an idle machine answers in a hundredth of it. */
const honestWithinMs = 30_000;

/** A server that is attacked: a process of its own, with default settings and the options of `npm start`. */
export interface Target {
  readonly url: string;
  readonly database: TestDatabase;
  readonly adminToken: string;
  /** A user with the role EMPLOYEE and a hundred payments. */
  readonly employeeToken: string;
  /** The user's own. */
  readonly employeeId: string;
  /** Resident memory. */
  memoryBytes(): number;
  /** CPU time since the start. */
  cpuMs(): number;
  /** Requests as an honest client sends them: both must succeed within `honestWithinMs`. */
  readHonestly(): Promise<void>;
  payHonestly(): Promise<void>;
}

/** To be called once, first in a file: the server ends with the file. */
export async function startTarget(env: Record<string, string> = {}): Promise<Target> {
  const database = await createDatabase();
  afterAll(() => database.drop());
  // Hooks run from the last to the first: the server ends before its database is dropped.
  cleanUp();
  const options = readFileSync('node-options', 'utf8').trim().split(' ');
  const command = [process.execPath, ...options, 'scripts/start.js'];
  const stipend = spawnStipend({ DATABASE_URL: database.url, ...planted, ...env }, command);
  const url = await ready(stipend);
  const employeeId = await insertEmployee(database);
  await insertUser(database, { username: 'emil', role: 'EMPLOYEE', employeeId });
  await Promise.all(Array.from({ length: 100 }, () => insertPayment(database, { employeeId })));
  const adminToken = await logIn(url, 'admin', planted.ADMIN_PASSWORD);
  const honestly = async (query: string, variables: object): Promise<Answer['data']> => {
    const startedAt = performance.now();
    let answer = await send(url, { query, variables, token: adminToken });
    // Who is asked to try again does so.
    while (answer.status === 503 && performance.now() - startedAt < honestWithinMs) {
      answer = await send(url, { query, variables, token: adminToken });
    }
    const data = expectData(answer);
    expect(performance.now() - startedAt).toBeLessThan(honestWithinMs);
    return data;
  };
  const target: Target = {
    url,
    database,
    adminToken,
    employeeToken: await logIn(url, 'emil', userPassword),
    employeeId,
    memoryBytes: () => memoryOf(stipend.pid),
    cpuMs: () => cpuOf(stipend.pid),
    readHonestly: async () => {
      expect(await honestly('{ me { username } }', {})).toEqual({ me: { username: 'admin' } });
    },
    payHonestly: async () => {
      const amount = { amount: '1.00', currency: 'EUR' };
      const input = { employeeId, amount, kind: 'BONUS', idempotencyKey: randomUUID() };
      const data = await honestly(
        'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { replayed } }',
        { input },
      );
      expect(data).toMatchObject({ issuePayment: { replayed: expect.any(Boolean) } });
    },
  };
  await target.readHonestly();
  await target.payHonestly();
  return target;
}

/** @see proc_pid_status(5) */
function memoryOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1_024;
}

const msPerTick = 10;

/** @see proc_pid_stat(5) */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14);
  return (Number(user) + Number(system)) * msPerTick;
}

/** What an attack did to its target. */
export interface Damage {
  /** The most memory while it went on. */
  maxMemoryBytes: number;
  /** The server's, beside that of honest clients. */
  cpuMsPerRequest: number;
  answers: Answer[];
}

/**
 * Attacks by several clients, each of which sends one request after another, and meanwhile reads and pays honestly, over
 * and over.
 *
 * @param attack sends one request
 */
export async function attack(
  target: Target,
  { clients, requests }: { clients: number; requests: number },
  attackOnce: (index: number) => Promise<Answer>,
): Promise<Damage> {
  const answers: Answer[] = [];
  const cpuBefore = target.cpuMs();
  let sent = 0;
  const attackers = Array.from({ length: clients }, async () => {
    for (let index = sent++; index < requests; index = sent++) answers.push(await attackOnce(index));
  });
  const maxMemoryBytes = await liveHonestly(target, Promise.all(attackers));
  return { maxMemoryBytes, answers, cpuMsPerRequest: (target.cpuMs() - cpuBefore) / requests };
}

/** Reads and pays until the work is done, and once after it. @returns the most memory that the server took */
export async function liveHonestly(target: Target, work: Promise<unknown>): Promise<number> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  let maxMemoryBytes = target.memoryBytes();
  const live = async () => {
    await target.readHonestly();
    await target.payHonestly();
    maxMemoryBytes = Math.max(maxMemoryBytes, target.memoryBytes());
  };
  const living = (async () => {
    while (!isDone) await live();
  })();
  await Promise.all([done, living]);
  await live();
  return maxMemoryBytes;
}

/**
 * Sends a request, and reads no more of its answer than its start.
 *
 * @returns the connection, once the answer begins to arrive; it must be destroyed
 */
export function sendUnread(url: string, query: string, token?: string): Promise<Socket> {
  const body = JSON.stringify({ query });
  const head = [
    'POST /graphql HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  return new Promise((resolve, reject) => {
    // Whoever listens to `readable` and does not read has a buffer of some kilobytes filled, and no more.
    socket.once('error', reject).once('readable', () => resolve(socket.on('error', () => {})));
  });
}

export const megabytes = (count: number) => count * 1024 * 1024;

export const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');
