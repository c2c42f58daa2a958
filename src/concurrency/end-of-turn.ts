let turn: Promise<void> | undefined;

/** Waits until all that has come in this turn of the event loop has been looked at: for what is best done for all of it. */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) =>
    setImmediate(() => {
      turn = undefined;
      resolve();
    }),
  );
  return turn;
}
