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
 * turn after turn one comes nothing is begun, nor even parsed, so that turns are short. After 25 ms of this work goes on, for
 * as long as it was held at least.
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

  get isHolding(): boolean {
    return this.#holdingSince !== undefined;
  }

  /** Told once, when work goes on. */
  afterHold(goOn: () => void): void {
    this.#waiting.push(goOn);
  }

  /** Holds nothing any more. */
  stop(): void {
    this.#restUntil = Number.POSITIVE_INFINITY;
    if (this.isHolding) this.#release();
  }

  #watchNextTurn(): void {
    this.#hasCome = false;
    // The first comes at the end of this turn, the second at the end of the next one.
    setImmediate(() => setImmediate(() => this.#lookAtTurn()));
  }

  #lookAtTurn(): void {
    const now = performance.now();
    if (this.#hasCome && this.#holdingSince === undefined && now >= this.#restUntil) {
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
    for (const goOn of this.#waiting.splice(0)) goOn();
  }
}
