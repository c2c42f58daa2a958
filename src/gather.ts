import { endOfTurn } from './end-of-turn.js';
import type { Gate } from './gate.js';

export interface GatherOptions<Item, Result> {
  /** Does for several what is asked for each. @returns the results in the items' order, or what they will be */
  run: (items: readonly Item[]) => Promise<Results<Result>>;
  /** How many items one run is given. With 1 there is no sharing, and nobody waits. */
  most: number;
  /** How many runs there are at a time. */
  gate: Gate;
}

type Results<Result> = ReadonlyArray<Result | Promise<Result>>;

/** Whoever has waited longer for a run has been answered without, or soon will be. */
const longestWaitMs = 5_000;

interface Batch<Item, Result> {
  readonly items: Item[];
  readonly results: Promise<Results<Result>>;
}

/**
 * Has what comes at the same time done together. Nobody waits for company: what comes while as many runs are underway as
 * may be goes into the next one, and else a run begins at the end of the turn of the event loop.
 *
 * @returns what gives an item to the next run
 * @throws whatever the run throws, to all who share it
 * @throws AppError SERVICE_UNAVAILABLE, with nothing run, when an item's turn has not come in 5 s
 */
export function gather<Item, Result>({
  run,
  most,
  gate,
}: GatherOptions<Item, Result>): (item: Item) => Promise<Result | undefined> {
  if (most === 1) return async (item) => (await run([item]))[0];
  let open: Batch<Item, Result> | undefined;
  const openBatch = () => {
    const items: Item[] = [];
    const openedAt = performance.now();
    const close = () => {
      if (open === batch) open = undefined;
    };
    const runAll = async () => {
      await endOfTurn();
      close();
      return run(items);
    };
    const isWanted = () => performance.now() - openedAt < longestWaitMs;
    const batch: Batch<Item, Result> = { items, results: gate.run(runAll, isWanted).finally(close) };
    open = batch;
    return batch;
  };
  return async (item) => {
    const batch = open && open.items.length < most ? open : openBatch();
    const place = batch.items.push(item) - 1;
    return (await batch.results)[place];
  };
}
