import { wait } from './http.js';
import type { Tokens } from './tokens.js';

/** What one tab tells the others: what has become of the refresh token that it had. */
interface Message {
  /** Undefined when it had none: somebody has logged in. */
  readonly from: string | undefined;
  /** What came in its place; undefined when the session has ended. */
  readonly tokens: Tokens | undefined;
}

export interface Tabs {
  /** Runs `work` in one tab at a time. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  tell(message: Message): void;
}

/** How long a message may be on its way after another tab's lock was released. */
const maxMessageDelayMs = 100;

/**
 * The tabs of one origin that use one server. Outside a page, every client is alone: the tokens of a process are not for
 * the others on its machine.
 */
export function openTabs(url: string, onMessage: (message: Message) => void): Tabs {
  if (typeof document === 'undefined') return { exclusively: (work) => work(), tell: () => {} };
  const name = `stipend ${new URL(url, document.baseURI).href}`;
  const channel = new BroadcastChannel(name);
  let heard: () => void = () => {};
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    onMessage(data);
    heard();
  };
  // Pages on plain HTTP have no locks. The server gives two tabs that trade the same token the same successor.
  const locks: LockManager | undefined = navigator.locks;
  return {
    tell: (message) => channel.postMessage(message),
    exclusively: async (work) => {
      if (!locks) return work();
      const atOnce = await locks.request(name, { ifAvailable: true }, async (lock) =>
        lock ? { result: await work() } : undefined,
      );
      if (atOnce) return atOnce.result;
      // Another tab has the lock, and will tell what it got.
      const told = new Promise<void>((resolve) => {
        heard = resolve;
      });
      return locks.request(name, async () => {
        await Promise.race([told, wait(maxMessageDelayMs)]);
        return work();
      });
    },
  };
}
