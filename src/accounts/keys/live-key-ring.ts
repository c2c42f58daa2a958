import type { Logger } from '../../telemetry/log.js';
import type { RingKey } from './jwk.js';
import { createKeyRing, type KeyRing } from './key-ring.js';
import type { KeyStore } from './key-store.js';

/** The key ring, kept up to date while the server runs. */
export interface LiveKeyRing {
  readonly current: KeyRing;
  /**
   * Finds the key that a token names. For an unknown one the ring is reloaded, at most once a second: another process may
   * have signed with a new key before this one was notified of it.
   */
  find(kid: string): Promise<RingKey | undefined>;
  /** Reads the ring again. An invalid one is logged, and the last valid one stays in use. */
  reload(): Promise<void>;
  close(): void;
}

/** How soon a change is found that was not announced. */
const checkEveryMs = 5_000;
/** Bounds the reloads that made-up key ids cause. */
const minSearchIntervalMs = 1_000;

/** @throws KeyError when the ring is not valid */
export async function openKeyRing(store: KeyStore, log: Logger): Promise<LiveKeyRing> {
  // Before reading, so that the next check finds a change in between.
  await store.mayHaveChanged();
  let current = createKeyRing(await store.read());
  let reads = 0;
  let newest = 0;
  const reload = async (): Promise<void> => {
    reads += 1;
    const read = reads;
    try {
      const ring = createKeyRing(await store.read());
      // Of two concurrent reads, the first may end last.
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
    if (!search || now - search.since > minSearchIntervalMs) search = { since: now, found: reload() };
    await search.found;
    return current.byId.get(kid);
  };
  const timer = setInterval(() => {
    store.mayHaveChanged().then(
      (changed) => changed && void reload(),
      (err) => log.error({ err }, 'the key ring could not be checked'),
    );
  }, checkEveryMs);
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
