import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { ServerAddress } from '../database.js';

/** Stands between a process and its database, and does to their connections what a bad network does. */
export interface StallingProxy {
  /** For DATABASE_URL, of the database whose own URL is given. */
  urlOf(databaseUrl: string): string;
  /** Holds what the database answers, but for what it announces, back for so long. */
  delayMs: number;
  /** From now on nothing passes on the listener's connections, of now and to come: as when a network drops packets. */
  stall(): void;
  /** New connections pass again. Those that were stalled are cut. */
  release(): void;
  close(): Promise<void>;
}

export async function startStallingProxy({ host, port }: ServerAddress): Promise<StallingProxy> {
  const sockets = new Set<Socket>();
  const listeners = new Set<[Socket, Socket]>();
  let stalled = false;
  const network = { delayMs: 0 };
  const silence = ([client, upstream]: [Socket, Socket]) => {
    client.unpipe().pause();
    upstream.unpipe().pause();
  };
  const server = createServer((client) => {
    const upstream = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    // The first thing that a client says is what it is called.
    client.once('data', (greeting) => {
      upstream.write(greeting);
      client.pipe(upstream);
      if (!greeting.includes('stipend listener')) return void upstream.pipe(delayed(network)).pipe(client);
      upstream.pipe(client);
      listeners.add([client, upstream]);
      if (stalled) silence([client, upstream]);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: ownPort } = server.address() as AddressInfo;
  return Object.assign(network, {
    urlOf: (databaseUrl: string) => {
      const { password, pathname } = new URL(databaseUrl);
      return `postgresql://stipend:${password}@127.0.0.1:${ownPort}${pathname}`;
    },
    stall: () => {
      stalled = true;
      for (const pair of listeners) silence(pair);
    },
    release: () => {
      stalled = false;
      for (const [client] of listeners) client.destroy();
      listeners.clear();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
}

/** Passes on what comes in, in its order and late. */
function delayed(network: { delayMs: number }): Transform {
  return new Transform({
    transform: (chunk, _encoding, done) => {
      if (network.delayMs === 0) done(null, chunk);
      else setTimeout(() => done(null, chunk), network.delayMs);
    },
  });
}
