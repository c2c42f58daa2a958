/** Releases what has been opened, the last first. */
export class Cleanup {
  readonly #steps: Array<() => void | Promise<void>> = [];

  defer(step: () => void | Promise<void>): void {
    this.#steps.push(step);
  }

  /**
   * Runs every step once.
   *
   * @throws what the first failing step throws
   */
  async run(): Promise<void> {
    const errors: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Runs every step after an error, which is the one to report: errors of the steps are ignored. */
  async unwind(): Promise<void> {
    await this.run().catch(() => {});
  }
}
