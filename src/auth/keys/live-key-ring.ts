import type { Logger } from '../../log.js';
import { createKeyRing, type KeyRing } from './key-ring.js';
import type { KeyStore } from './key-store.js';

/** The ring as it is now, kept up to date while the server runs. */
export interface LiveKeyRing {
  readonly current: KeyRing;
  /** Reads it again. A ring that is not sound is logged, and the last sound one stays. */
  reload(): Promise<void>;
  close(): void;
}

/** A change that nobody announced is found within so long. */
const lookEveryMs = 5_000;

/** @throws KeyError when the ring is not sound at the start */
export async function openKeyRing(store: KeyStore, log: Logger): Promise<LiveKeyRing> {
  let current = createKeyRing(await store.read());
  await store.changed();
  const reload = async (): Promise<void> => {
    try {
      current = createKeyRing(await store.read());
    } catch (err) {
      log.error({ err }, 'the key ring could not be read again; the last one stays in use');
    }
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
    reload,
    close: () => clearInterval(timer),
  };
}
