/** What was started and has to be ended, the latest first. */
const endings = [];

/** @param {() => unknown} end called once, when the run is over or is broken off */
export function atEnd(end) {
  endings.push(end);
}

let ending;

/** Whoever asks while it is being done already waits for the same. */
export function endAll() {
  ending ??= endEach();
  return ending;
}

async function endEach() {
  while (endings.length > 0) {
    try {
      await endings.pop()();
    } catch (error) {
      console.error(error);
    }
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    console.error(`\n${signal}: ending what was started`);
    await endAll();
    process.exit(130);
  });
}

// A reader that leaves, as `npm run soak | head` has it, would leave servers behind.
process.once('uncaughtException', async (error) => {
  console.error(error);
  await endAll();
  process.exit(1);
});
