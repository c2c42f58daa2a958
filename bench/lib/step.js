/** Says what takes long, and how long it took, apart from the results. */
export async function step(title, work) {
  const startedAt = performance.now();
  process.stderr.write(`${title} …`);
  const result = await work();
  process.stderr.write(` ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  return result;
}

/** Runs a command to its end, and ends what it started. */
export async function runToEnd(main, endAll) {
  try {
    await main();
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  } finally {
    await endAll();
  }
}
