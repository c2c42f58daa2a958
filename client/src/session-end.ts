import { StipendError } from './errors.js';

/** That a session is over: one event, however many requests wait for an answer. */
export interface SessionOver {
  /** As the server gives it, or LOGGED_OUT when the user has ended the session in another tab. */
  readonly reason: string | undefined;
}

/**
 * Called once when a session is over. The requests that meet the end wait for what it returns. After `true` they are sent
 * again, with the login that has been made meanwhile; otherwise, and when it fails, all reject with the same error.
 */
export type OnSessionOver = (over: SessionOver) => undefined | boolean | Promise<undefined | boolean>;

/** Tells the end of a session once. */
export class SessionEnd {
  readonly #onSessionOver: OnSessionOver | undefined;
  #ended: { error: StipendError; again: Promise<boolean> } | undefined;

  constructor(onSessionOver: OnSessionOver | undefined) {
    this.#onSessionOver = onSessionOver;
  }

  /** What requests reject with while nobody is logged in again. */
  get error(): StipendError | undefined {
    return this.#ended?.error;
  }

  /** @returns whether somebody has logged in again, so that requests go on */
  end(reason: string | undefined): Promise<boolean> {
    this.#ended ??= {
      error: new StipendError('UNAUTHENTICATED', 'The session is over. Log in again.', {
        ...(reason !== undefined && { reason }),
      }),
      again: this.#tell({ reason }),
    };
    return this.#ended.again;
  }

  /** A session has begun, or goes on after all. */
  begin(): void {
    this.#ended = undefined;
  }

  async #tell(over: SessionOver): Promise<boolean> {
    // Not before `end` has noted the end: the handler may send requests.
    await undefined;
    try {
      return (await this.#onSessionOver?.(over)) === true;
    } catch {
      return false;
    }
  }
}
