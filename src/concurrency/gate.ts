import { AppError } from '../values/app-error.js';

/** Waits for something that takes long and needs neither database nor event loop: somebody else has the place meanwhile. */
export type Aside = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs so many works at the same time and no more; the others wait in the order in which they came. */
export interface Gate {
  /**
   * @param signal what is aborted before its turn is not begun
   * @throws the signal's reason
   */
  run<T>(work: (aside: Aside) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Nobody waits for the answer any more, and nothing was done. */
export class NotWanted extends AppError {
  constructor() {
    super('SERVICE_UNAVAILABLE', 'The request was given up before its turn came.', { retryAfterSeconds: 1 });
  }
}

/**
 * Works that are all begun hold what they have read, and advance in step: a few at a time are done sooner, all of them,
 * and need less memory.
 */
export function createGate(most: number): Gate {
  let running = 0;
  const waiting: Array<() => void> = [];
  /** @returns undefined when there is nothing to wait for */
  const enter = (): Promise<void> | undefined => {
    if (running >= most) return new Promise((resolve) => waiting.push(resolve));
    running += 1;
    return undefined;
  };
  const letIn = () => {
    // Who waits longest comes first: nobody who comes now gets between.
    for (; running < most && waiting.length > 0; running += 1) waiting.shift()?.();
  };
  const leave = () => {
    running -= 1;
    letIn();
  };
  const aside: Aside = async (work) => {
    leave();
    try {
      return await work();
    } finally {
      await enter();
    }
  };
  return {
    run: async (work, signal) => {
      const turn = enter();
      if (turn) await turn;
      try {
        signal?.throwIfAborted();
        return await work(aside);
      } finally {
        leave();
      }
    },
  };
}
