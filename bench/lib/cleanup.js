/** What was started and has to be ended, the latest first. */
const endings = [];

/** @param {() => unknown} end called once, when the run is over or is broken off */
export function atEnd(end) {
  endings.push(end);
}

export async function endAll() {
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
