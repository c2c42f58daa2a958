import { endOfTurn } from './end-of-turn.js';
import { type Gate, NotWanted } from './gate.js';

export interface GatherOptions<Item, Result> {
  /** Does for several what is asked for each. @returns the results in the items' order, or what they will be */
  run: (items: readonly Item[]) => Promise<ReadonlyArray<Result | Promise<Result>>>;
  /** How many items one run is given. With 1 there is no sharing, and nobody waits. */
  most: number;
  /** How many runs there are at a time. */
  gate: Gate;
}

/** @param isWanted asked when the item's turn has come: what nobody waits for any more is not begun */
export type Gathered<Item, Result> = (item: Item, isWanted?: () => boolean) => Promise<Result | undefined>;

/** Longer than a run takes, unless something is wrong. */
const longestWaitMs = 3_000;

interface Entry<Item, Result> {
  item: Item;
  isWanted: () => boolean;
  since: number;
  resolve(result: Result | undefined | Promise<Result>): void;
  reject(error: unknown): void;
}

/**
 * Has what comes at the same time done together. Nobody waits for company: what comes while as many runs are underway as
 * may be goes into the next one, and else a run begins at the end of the turn of the event loop.
 *
 * @returns what has an item done by the next run. It throws what the run throws; and AppError SERVICE_UNAVAILABLE, with
 *   nothing begun, when nobody wants the item any more, or its turn has not come in 3 s
 */
export function gather<Item, Result>({
  run,
  most,
  gate,
}: GatherOptions<Item, Result>): Gathered<Item, Result> {
  const begin = async (entries: ReadonlyArray<Entry<Item, Result>>) => {
    const wanted = entries.filter(({ isWanted, reject }) => isWanted() || reject(new NotWanted()));
    if (wanted.length === 0) return;
    try {
      const results = await run(wanted.map(({ item }) => item));
      for (const [place, { resolve }] of wanted.entries()) resolve(results[place]);
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  };
  const waiting = new Line<Entry<Item, Result>>();
  let turnAsked = false;
  const askTurn = () => {
    turnAsked = true;
    void gate.run(async () => {
      await endOfTurn();
      turnAsked = false;
      const entries = waiting.take(most);
      if (waiting.length > 0) askTurn();
      await begin(entries);
    });
  };
  return (item, isWanted = () => true) =>
    new Promise((resolve, reject) => {
      const entry = { item, isWanted, since: performance.now(), resolve, reject };
      if (most === 1) return void begin([entry]);
      waiting.add(entry);
      if (!turnAsked) askTurn();
    });
}

/** Who waits, the longest first. Nobody does for longer than is bearable. */
class Line<Waiting extends { since: number; reject(error: unknown): void }> {
  readonly #waiting: Waiting[] = [];
  #expiry: NodeJS.Timeout | undefined;

  get length(): number {
    return this.#waiting.length;
  }

  add(one: Waiting): void {
    this.#waiting.push(one);
    this.#expiry ??= setTimeout(() => this.#expire(), longestWaitMs).unref();
  }

  take(most: number): Waiting[] {
    return this.#waiting.splice(0, most);
  }

  #expire(): void {
    const now = performance.now();
    const isOver = ({ since }: Waiting) => now - since >= longestWaitMs;
    const firstInTime = this.#waiting.findIndex((one) => !isOver(one));
    for (const { reject } of this.take(firstInTime < 0 ? this.length : firstInTime)) reject(new NotWanted());
    const [oldest] = this.#waiting;
    this.#expiry = oldest && setTimeout(() => this.#expire(), oldest.since + longestWaitMs - now).unref();
  }
}
