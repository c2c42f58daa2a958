import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Connection } from './connection.js';

/** Receives the notifications of the database. */
export interface Listener {
  /**
   * Every notification sent before this time has arrived, in milliseconds of performance.now(). -Infinity while there is no
   * connection.
   */
  confirmedAt(): number;
  close(): Promise<void>;
}

export interface ListenerOptions {
  connection: Connection;
  channels: readonly string[];
  onNotification: (channel: string, payload: string) => void;
  /**
   * The connection is new, so notifications may have been missed.
   *
   * @param silentMs how long the database has not answered
   */
  onGap: (silentMs: number) => void;
  /** The connection is lost, or could not be made. The listener makes a new one. */
  onConnectionLost: (error: unknown) => void;
}

interface ConnectOptions extends Omit<ListenerOptions, 'onGap'> {
  onGap: () => void;
}

/** Half of the second within which a revocation must take effect, so that a dead connection is noticed in time. */
const heartbeatMs = 400;
const heartbeatTimeoutMs = 900;
const minRetryMs = 100;
const maxRetryMs = 500;
/** An attempt that begins while the network is down may outlast the outage. */
const connectWithinMs = 1_000;

/** Listens on a connection of its own, and makes a new one whenever it is lost. */
export function listen(options: ListenerOptions): Listener {
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let heardAt = performance.now();
  const closing = new AbortController();
  const onGap = () => options.onGap(performance.now() - heardAt);
  const running = keepListening({ ...options, onGap }, closing.signal, (at) => {
    confirmedAt = at;
    heardAt = Math.max(heardAt, at);
  });
  return {
    confirmedAt: () => confirmedAt,
    close: async () => {
      closing.abort();
      await running;
    },
  };
}

async function keepListening(
  options: ConnectOptions,
  closing: AbortSignal,
  confirm: (at: number) => void,
): Promise<void> {
  let retryMs = minRetryMs;
  while (!closing.aborted) {
    const started = performance.now();
    try {
      await listenOnce(options, closing, confirm);
    } catch (error) {
      if (!closing.aborted) options.onConnectionLost(error);
    }
    confirm(Number.NEGATIVE_INFINITY);
    retryMs = performance.now() - started > maxRetryMs ? minRetryMs : Math.min(retryMs * 2, maxRetryMs);
    await sleep(retryMs, closing);
  }
}

/** @throws what ended the connection */
async function listenOnce(
  { connection, channels, onNotification, onGap }: ConnectOptions,
  closing: AbortSignal,
  confirm: (at: number) => void,
): Promise<void> {
  const client = new pg.Client({
    ...connection.client,
    application_name: 'stipend listener',
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: heartbeatTimeoutMs,
    keepAlive: true,
  });
  let lost: Error | undefined;
  client.on('error', (error) => {
    lost = error;
  });
  client.on('notification', ({ channel, payload }) => onNotification(channel, payload ?? ''));
  try {
    await client.connect();
    for (const channel of channels) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    onGap();
    while (!closing.aborted && !lost) {
      const sentAt = performance.now();
      await client.query('SELECT 1');
      // PostgreSQL delivers the notifications that precede the query before its result.
      confirm(sentAt);
      await sleep(heartbeatMs, closing);
    }
    if (lost) throw lost;
  } finally {
    // Not awaited: on a dead connection the server never confirms the end.
    client.end().catch(() => {});
  }
}

async function sleep(milliseconds: number, closing: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal: closing, ref: false }).catch(() => {});
}
