import type { Server } from 'node:net';

/** Shorter than anybody notices, and time enough for some hundred connections. */
const longestHoldMs = 25;

/** What is told when nothing new is to be begun, and when it may be again. */
interface Held {
  hold(): void;
  release(): void;
}

/**
 * Lets new connections in before it goes on with what those that are there ask for. libuv accepts one in a turn of its
 * event loop: where turns are long, a few hundred that come together would wait for seconds, and not even be refused. While
 * turn after turn one comes nothing is begun, nor even parsed, so that turns are short; for no longer than this is work held, and no longer
 * than it was, it goes on.
 */
export class Newcomers {
  readonly #held: Held;
  readonly #waiting: Array<() => void> = [];
  #isWatching = false;
  #hasCome = false;
  #holdingSince: number | undefined;
  #restUntil = 0;

  constructor(held: Held) {
    this.#held = held;
  }

  watch(server: Server): void {
    server.on('connection', () => {
      this.#hasCome = true;
      if (this.#isWatching || performance.now() < this.#restUntil) return;
      this.#isWatching = true;
      this.#watchNextTurn();
    });
  }

  /** Does at once what has to do with something that has come, or in its turn when nothing is held any more. */
  whenLetIn(work: () => void): void {
    if (this.#holdingSince === undefined) work();
    else this.#waiting.push(work);
  }

  #watchNextTurn(): void {
    this.#hasCome = false;
    // The first comes at the end of this turn, the second at the end of the next one.
    setImmediate(() => setImmediate(() => this.#lookAtTurn()));
  }

  #lookAtTurn(): void {
    const now = performance.now();
    if (this.#hasCome && this.#holdingSince === undefined) {
      this.#holdingSince = now;
      this.#held.hold();
    }
    const heldMs = now - (this.#holdingSince ?? now);
    if (this.#hasCome && heldMs < longestHoldMs) {
      this.#watchNextTurn();
      return;
    }
    this.#isWatching = false;
    if (heldMs >= longestHoldMs) this.#restUntil = now + heldMs;
    if (this.#holdingSince !== undefined) this.#release();
  }

  #release(): void {
    this.#holdingSince = undefined;
    this.#held.release();
    for (const work of this.#waiting.splice(0)) work();
  }
}
