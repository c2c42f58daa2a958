import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';

export interface BatchOptions<Item, Result> {
  /** Processes a batch. @returns the results in the items' order, or promises of them */
  run: (items: readonly Item[]) => Promise<ReadonlyArray<Result | Promise<Result>>>;
  /** How many batches run at the same time. */
  maxConcurrent: number;
}

/** Bounds how long an item waits for the others in its batch. */
const maxItems = 50;

interface Entry<Item, Result> {
  item: Item;
  resolve(result: Result | undefined | Promise<Result>): void;
  reject(error: unknown): void;
}

/**
 * Processes items that come at the same time in batches. No item waits for others to come: while `maxConcurrent` batches run,
 * it is queued for the next one; otherwise a batch begins at the end of the turn of the event loop.
 *
 * @returns processes an item; it rejects with what its batch throws
 */
export function batch<Item, Result>({
  run,
  maxConcurrent,
}: BatchOptions<Item, Result>): (item: Item) => Promise<Result | undefined> {
  const limit = pLimit(maxConcurrent);
  const queue: Array<Entry<Item, Result>> = [];
  const runNext = async () => {
    // An earlier batch has taken the item that this one was scheduled for.
    if (queue.length === 0) return;
    await nextTurn();
    const entries = queue.splice(0, maxItems);
    if (entries.length > 0) await runBatch(run, entries);
  };
  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      void limit(runNext);
    });
}

async function runBatch<Item, Result>(
  run: BatchOptions<Item, Result>['run'],
  entries: ReadonlyArray<Entry<Item, Result>>,
): Promise<void> {
  try {
    const results = await run(entries.map(({ item }) => item));
    for (const [index, { resolve }] of entries.entries()) resolve(results[index]);
  } catch (error) {
    for (const { reject } of entries) reject(error);
  }
}
