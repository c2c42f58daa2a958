/** Runs so many works at the same time and no more; the others wait in the order in which they came. */
export interface Gate {
  run<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Works that are all begun hold what they have read, and advance in step: a few at a time are done sooner, all of them,
 * and need less memory.
 */
export function createGate(most: number): Gate {
  let running = 0;
  const waiting: Array<() => void> = [];
  const leave = () => {
    // Who waits longest takes the place over: nobody who comes now gets between.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };
  return {
    run: async (work) => {
      if (running < most) running += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
