/**
 * CPU time, of the server and the test together, that the cheapest of some rounds takes: unlike the time on the clock, it
 * says little of what else the machine does.
 *
 * @param enoughMs no more rounds follow one that takes less
 * @returns milliseconds
 */
export async function leastCpuMs(
  maxRounds: number,
  enoughMs: number,
  work: (round: number) => Promise<void>,
): Promise<number> {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < maxRounds && leastMs >= enoughMs; round++) {
    const before = process.cpuUsage();
    await work(round);
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1_000);
  }
  return leastMs;
}
