import type { Logger } from '../../telemetry/log.js';
import type { RingKey } from './jwk.js';
import { createKeyRing, type KeyRing } from './key-ring.js';
import type { KeyStore } from './key-store.js';

/** The ring as it is now, kept up to date while the server runs. */
export interface LiveKeyRing {
  readonly current: KeyRing;
  /**
   * The key that a token names. For one that is not known the ring is read again, once a second at most: another process
   * may have heard of a new key, and signed with it, before this one has.
   */
  find(kid: string): Promise<RingKey | undefined>;
  /** Reads it again. A ring that is not sound is logged, and the last sound one stays. */
  reload(): Promise<void>;
  close(): void;
}

/** A change that nobody announced is found within so long. */
const lookEveryMs = 5_000;
/** Made-up key ids cost no more than a look in so long. */
const searchEveryMs = 1_000;

/** @throws KeyError when the ring is not sound at the start */
export async function openKeyRing(store: KeyStore, log: Logger): Promise<LiveKeyRing> {
  // Asked before it is read: a change in between is seen as one at the next look.
  await store.changed();
  let current = createKeyRing(await store.read());
  let reads = 0;
  let newest = 0;
  const reload = async (): Promise<void> => {
    reads += 1;
    const read = reads;
    try {
      const ring = createKeyRing(await store.read());
      // Of two reads at once, the one that began first may end last.
      if (read < newest) return;
      newest = read;
      current = ring;
    } catch (err) {
      log.error({ err }, 'the key ring could not be read again; the last one stays in use');
    }
  };
  let search: { since: number; found: Promise<void> } | undefined;
  const find = async (kid: string): Promise<RingKey | undefined> => {
    const known = current.byId.get(kid);
    if (known) return known;
    const now = performance.now();
    if (!search || now - search.since > searchEveryMs) search = { since: now, found: reload() };
    await search.found;
    return current.byId.get(kid);
  };
  const timer = setInterval(() => {
    store.changed().then(
      (changed) => changed && void reload(),
      (err) => log.error({ err }, 'the key ring could not be looked at'),
    );
  }, lookEveryMs);
  timer.unref();
  return {
    get current() {
      return current;
    },
    find,
    reload,
    close: () => clearInterval(timer),
  };
}
