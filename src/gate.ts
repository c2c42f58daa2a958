import { AppError } from './errors.js';

/** What a work has while it runs. */
export interface Place {
  /** Waits for something that takes long and needs neither database nor event loop: somebody else has the place meanwhile. */
  aside<T>(work: () => Promise<T>): Promise<T>;
  /** Whether anybody waits for what comes of the work. */
  isWanted(): boolean;
}

/** Runs so many works at the same time and no more; the others wait in the order in which they came. */
export interface Gate {
  /**
   * @param isWanted asked when its turn has come: what nobody waits for any more is not begun
   * @throws AppError SERVICE_UNAVAILABLE when it is not
   */
  run<T>(work: (place: Place) => Promise<T>, isWanted: () => boolean): Promise<T>;
  /**
   * What runs takes turns on the cores with the event loop, most of all where PostgreSQL shares them: after a long turn of
   * it fewer run at the same time, after a short one more again, and as many as may when nobody waits any more, or nothing
   * has been told for a second.
   *
   * @param ms how long a turn of the event loop took while more came than is served
   */
  turned(ms: number): void;
  /** How many wait for their turn. */
  readonly waiting: number;
}

/** Nobody waits for the answer any more, and nothing was done. */
export class NotWanted extends AppError {
  constructor() {
    super('SERVICE_UNAVAILABLE', 'The request was given up before its turn came.', { retryAfterSeconds: 1 });
  }
}

const longTurnMs = 5;
const shortTurnMs = 2;
const fewForMs = 1_000;
/** With one of them waiting for a lock, there is still another to run while the third is answered. */
const fewest = 3;

/**
 * Works that are all begun hold what they have read, and advance in step: a few at a time are done sooner, all of them,
 * and need less memory.
 */
export function createGate(most: number): Gate {
  let places = most;
  let running = 0;
  const waiting: Array<() => void> = [];
  /** @returns undefined when there is nothing to wait for */
  const enter = (): Promise<void> | undefined => {
    if (running >= places) return new Promise((resolve) => waiting.push(resolve));
    running += 1;
    return undefined;
  };
  const letIn = () => {
    // Who waits longest comes first: nobody who comes now gets between.
    for (; running < places && waiting.length > 0; running += 1) waiting.shift()?.();
    if (waiting.length === 0) places = most;
  };
  let restore: NodeJS.Timeout | undefined;
  const runAll = () => {
    places = most;
    letIn();
  };
  const leave = () => {
    running -= 1;
    letIn();
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
        return await work({ aside, isWanted });
      } finally {
        leave();
      }
    },
    turned: (ms) => {
      if (ms > longTurnMs) places = Math.min(most, Math.max(fewest, Math.floor(places * 0.75)));
      else if (ms < shortTurnMs && places < most) places += 1;
      letIn();
      restore ??= setTimeout(runAll, fewForMs).unref();
      restore.refresh();
    },
    get waiting() {
      return waiting.length;
    },
  };
}
