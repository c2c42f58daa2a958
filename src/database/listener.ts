import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Connection, clientConfigOf } from './connection.js';
import { clientOfHosts } from './hosts.js';

/** Receives the notifications of the database. */
export interface Listener {
  /**
   * Every notification sent before this time has arrived, in milliseconds of performance.now(). -Infinity while none is
   * known to arrive.
   */
  confirmedAt(): number;
  close(): Promise<void>;
}

export interface ListenerOptions {
  /** To listen on: through a pooler that gives each transaction another session, nothing arrives. */
  connection: Connection;
  /** To send the proofs on: as every process sends its notifications. */
  sendingConnection: Connection;
  channels: readonly string[];
  onNotification: (channel: string, payload: string) => void;
  /**
   * Notifications arrive from now on, and some may have been missed.
   *
   * @param silentMs how long none was known to arrive
   */
  onGap: (silentMs: number) => void;
  /** The connection is lost, could not be made, or nothing arrives on it. The listener makes a new one. */
  onConnectionLost: (error: unknown) => void;
}

/** Half of the second within which a revocation must take effect, so that a dead connection is noticed in time. */
const heartbeatMs = 400;
const heartbeatTimeoutMs = 900;
const minRetryMs = 100;
const maxRetryMs = 500;
/** Where nothing has ever arrived, it is the pooler's doing, and will hardly change. */
const maxUnheardRetryMs = 60_000;
/** An attempt that begins while the network is down may outlast the outage. */
const connectWithinMs = 1_000;

/** The connection is open, and a notification that was sent has not arrived on it. */
class NothingHeard extends Error {
  constructor() {
    super(
      'a notification was sent and did not arrive; set LISTEN_DATABASE_URL to a connection past the pooler',
    );
  }
}

interface Hearing extends Omit<ListenerOptions, 'onGap'> {
  /** That notification arrived, which was sent at that time. */
  onProof: (sentAt: number) => void;
}

/** Listens on a connection of its own, and makes a new one whenever it is lost. */
export function listen(options: ListenerOptions): Listener {
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let heardAt = performance.now();
  const closing = new AbortController();
  const onProof = (sentAt: number) => {
    // Before anything counts as confirmed: what was sent until now may have been missed.
    if (confirmedAt === Number.NEGATIVE_INFINITY) options.onGap(performance.now() - heardAt);
    confirmedAt = sentAt;
    heardAt = Math.max(heardAt, sentAt);
  };
  const running = keepListening({ ...options, onProof }, closing.signal, () => {
    confirmedAt = Number.NEGATIVE_INFINITY;
  });
  return {
    confirmedAt: () => confirmedAt,
    close: async () => {
      closing.abort();
      await running;
    },
  };
}

async function keepListening(options: Hearing, closing: AbortSignal, onLost: () => void): Promise<void> {
  let retryMs = minRetryMs;
  while (!closing.aborted) {
    const started = performance.now();
    let maxMs = maxRetryMs;
    try {
      await listenOnce(options, closing);
    } catch (error) {
      if (error instanceof NothingHeard) maxMs = maxUnheardRetryMs;
      if (!closing.aborted) options.onConnectionLost(error);
    }
    onLost();
    const wasGood = maxMs === maxRetryMs && performance.now() - started > maxRetryMs;
    retryMs = wasGood ? minRetryMs : Math.min(retryMs * 2, maxMs);
    await sleep(retryMs, closing);
  }
}

/** @throws what ended the connection */
async function listenOnce(options: Hearing, closing: AbortSignal): Promise<void> {
  const listening = clientOf(options.connection);
  const sending = clientOf(options.sendingConnection);
  let lost: Error | undefined;
  let onProof: (payload: string) => void = () => {};
  const own = `stipend_alive_${randomBytes(9).toString('hex')}`;
  for (const client of [listening, sending]) {
    client.on('error', (error) => {
      lost = error;
    });
  }
  listening.on('notification', ({ channel, payload = '' }) => {
    if (channel === own) onProof(payload);
    else options.onNotification(channel, payload);
  });
  try {
    await Promise.all([listening.connect(), sending.connect()]);
    for (const channel of [...options.channels, own]) {
      await listening.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    }
    for (let number = 0, heard = false; !closing.aborted && !lost; number++) {
      const sentAt = performance.now();
      const arrived = new Promise<true>((resolve) => {
        onProof = (payload) => {
          if (payload === String(number)) resolve(true);
        };
      });
      await sending.query(
        `SELECT set_config('synchronous_commit', 'off', true), pg_notify('${own}', '${number}')`,
      );
      // PostgreSQL delivers notifications in the order of their transactions: those before this one have arrived, too.
      if (await Promise.race([arrived, delay(heartbeatTimeoutMs, false, { ref: false })])) {
        options.onProof(sentAt);
        heard = true;
      } else if (!lost) {
        throw heard ? new Error('a notification was sent and did not arrive') : new NothingHeard();
      }
      await sleep(heartbeatMs, closing);
    }
    if (lost) throw lost;
  } finally {
    // Not awaited: on a dead connection the server never confirms the end.
    for (const client of [listening, sending]) client.end().catch(() => {});
  }
}

function clientOf(connection: Connection): pg.Client {
  return new (clientOfHosts(connection.hosts))({
    ...clientConfigOf(connection),
    application_name: 'stipend listener',
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: heartbeatTimeoutMs,
    keepAlive: true,
  });
}

async function sleep(milliseconds: number, closing: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal: closing, ref: false }).catch(() => {});
}
