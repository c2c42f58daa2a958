import { AppError } from '../errors.js';

/** What a work has while it runs. */
export interface Place {
  /** Waits for something that takes long and needs neither database nor event loop: somebody else has the place meanwhile. */
  aside<T>(work: () => Promise<T>): Promise<T>;
}

/** Runs so many works at the same time and no more; the others wait in the order in which they came. */
export interface Gate {
  /**
   * @param isWanted asked when its turn has come: what nobody waits for any more is not begun
   * @throws AppError SERVICE_UNAVAILABLE when it is not
   */
  run<T>(work: (place: Place) => Promise<T>, isWanted: () => boolean): Promise<T>;
}

/** Nobody waits for the answer any more, and nothing was done. */
class NotWanted extends AppError {
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
  const leave = () => {
    // Who waits longest takes the place over: nobody who comes now gets between.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };
  const aside: Place['aside'] = async (work) => {
    leave();
    try {
      return await work();
    } finally {
      await enter();
    }
  };
  return {
    run: async (work, isWanted) => {
      const turn = enter();
      if (turn) await turn;
      try {
        if (!isWanted()) throw new NotWanted();
        return await work({ aside });
      } finally {
        leave();
      }
    },
  };
}
