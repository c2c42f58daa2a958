import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll } from 'vitest';
import type { ServerAddress } from '../database.js';
import { closedPort } from '../start/support.js';
import { messageReader, statementReader } from './messages.js';

/** What stands between a Stipend and its database, and can make all that is wrong with networks. */
export interface Proxy {
  /** Its address in place of the database's. */
  through(url: string): string;
  /** Everything passes. What was lost meanwhile stays lost. */
  pass(): Promise<void>;
  /** Each piece of data arrives so much later. */
  slow(milliseconds: number): void;
  /** Connections are taken, what is sent is read, and nothing is answered: a black hole. */
  silence(): void;
  /** Connections that are there now pass nothing any more, and do not end; new ones are as they should be. */
  forget(): void;
  /** Nobody listens, and what was connected is cut. */
  refuse(): Promise<void>;
  /** Every connection, of now and to come, is reset. */
  reset(): void;
  /**
   * Cuts the next connection that has such a statement executed: before the server sees it, or after it is done and
   * before its client learns that. @returns when it is cut
   */
  cutNext(statement: RegExp, when: 'before' | 'after'): Promise<void>;
}

interface State {
  mode: 'pass' | 'silent' | 'reset';
  delayMs: number;
  cut: { statement: RegExp; when: 'before' | 'after'; done: () => void } | undefined;
}

/** To be called once in a file: it ends with the file. */
export async function useProxy({ host, port }: ServerAddress): Promise<Proxy> {
  const ownPort = await closedPort();
  const state: State = { mode: 'pass', delayMs: 0, cut: undefined };
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  let epoch = { forgotten: false };
  const server = createServer((client) => {
    keep(sockets, client);
    keep(clients, client);
    if (state.mode === 'reset') return void client.resetAndDestroy();
    // What connects in a silence is never heard of again.
    if (state.mode === 'silent') return void client.resume();
    const upstream = connect(`${host}/.s.PGSQL.${port}`);
    keep(sockets, upstream);
    join(client, upstream, state, epoch);
  });
  const listen = async () => {
    if (server.listening) return;
    server.listen(ownPort, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen();
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    through: (url) => {
      const { username, password, pathname } = new URL(url);
      return `postgresql://${username}:${password}@127.0.0.1:${ownPort}${pathname}`;
    },
    pass: async () => {
      Object.assign(state, { mode: 'pass', delayMs: 0 });
      await listen();
    },
    slow: (milliseconds) => {
      state.delayMs = milliseconds;
    },
    silence: () => {
      state.mode = 'silent';
    },
    forget: () => {
      epoch.forgotten = true;
      epoch = { forgotten: false };
    },
    refuse: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
    reset: () => {
      state.mode = 'reset';
      for (const client of clients) client.resetAndDestroy();
    },
    cutNext: (statement, when) =>
      new Promise((done) => {
        state.cut = { statement, when, done };
      }),
  };
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
}

/** Connects the two; a cut takes effect within a chunk, at that message. */
function join(client: Socket, upstream: Socket, state: State, epoch: { forgotten: boolean }): void {
  const isSilent = () => epoch.forgotten || state.mode === 'silent';
  let cutting: State['cut'];
  const cut = () => {
    client.destroy();
    upstream.destroy();
    cutting?.done();
  };
  const readStatement = statementReader((text) => {
    if (!state.cut?.statement.test(text)) return;
    cutting = state.cut;
    state.cut = undefined;
    if (cutting.when === 'before') cut();
  });
  // Ready for the next query: whatever the last one has done is committed.
  const readAnswer = messageReader((type) => type === 'Z' && cut());
  const toServer = conveyor(upstream, state, isSilent);
  const toClient = conveyor(client, state, isSilent);
  client.on('data', (chunk: Buffer) => {
    readStatement(chunk);
    if (!client.destroyed) toServer(chunk);
  });
  upstream.on('data', (chunk: Buffer) => (cutting ? readAnswer(chunk) : toClient(chunk)));
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
}

/** Passes chunks on in their order, each when it is due; drops them in a silence. */
function conveyor(to: Socket, state: State, isSilent: () => boolean): (chunk: Buffer) => void {
  const queue: Array<{ chunk: Buffer; dueAt: number }> = [];
  let timer: NodeJS.Timeout | undefined;
  const deliver = () => {
    timer = undefined;
    for (let [head] = queue; head; [head] = queue) {
      const waitMs = state.delayMs === 0 ? 0 : head.dueAt - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(deliver, waitMs);
        return;
      }
      queue.shift();
      to.write(head.chunk);
    }
  };
  return (chunk) => {
    if (isSilent()) return;
    queue.push({ chunk, dueAt: performance.now() + state.delayMs });
    timer ?? deliver();
  };
}
