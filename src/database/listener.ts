import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../telemetry/log.js';

/** Hears what the database announces. */
export interface Listener {
  /**
   * Until when nothing that was announced can have been missed, in milliseconds of performance.now(): so long ago at
   * least did the server answer on this connection. Far in the past while the connection is down.
   */
  confirmedAt(): number;
  close(): Promise<void>;
}

export interface ListenerOptions {
  connection: pg.ClientConfig;
  channels: readonly string[];
  onNotification: (channel: string, payload: string) => void;
  /**
   * Something may have been missed: the connection is new.
   *
   * @param silentMs for how long nothing was heard of the database
   */
  onGap: (silentMs: number) => void;
  log: Logger;
}

/** What each connection is made with. */
interface Attempts extends Omit<ListenerOptions, 'onGap'> {
  onGap: () => void;
}

/** Half of the second within which a revocation must be heard of: a dead connection is noticed in time. */
const heartbeatMs = 400;
const heartbeatTimeoutMs = 900;
const firstRetryMs = 100;
const longestRetryMs = 500;
/** An attempt that began in a silence may last beyond it. */
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
  options: Attempts,
  closing: AbortSignal,
  confirm: (at: number) => void,
): Promise<void> {
  let retryMs = firstRetryMs;
  while (!closing.aborted) {
    const started = performance.now();
    try {
      await listenOnce(options, closing, confirm);
    } catch (err) {
      if (!closing.aborted)
        options.log.warn({ err }, 'the database announces nothing; sessions are looked up each time');
    }
    confirm(Number.NEGATIVE_INFINITY);
    retryMs =
      performance.now() - started > longestRetryMs ? firstRetryMs : Math.min(retryMs * 2, longestRetryMs);
    await rest(retryMs, closing);
  }
}

/** @throws what ended the connection */
async function listenOnce(
  { connection, channels, onNotification, onGap }: Attempts,
  closing: AbortSignal,
  confirm: (at: number) => void,
): Promise<void> {
  const client = new pg.Client({
    ...connection,
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
      const asked = performance.now();
      await client.query('SELECT 1');
      // What was announced before the question came before the answer.
      confirm(asked);
      await rest(heartbeatMs, closing);
    }
    if (lost) throw lost;
  } finally {
    // The answer to a goodbye may never come.
    client.end().catch(() => {});
  }
}

async function rest(milliseconds: number, closing: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal: closing, ref: false }).catch(() => {});
}
