/**
 * CPU time, of the server and the test together, that the cheapest of several rounds takes: unlike the time on the clock,
 * it says little of what else the machine does.
 *
 * @returns milliseconds
 */
export async function leastCpuMs(rounds: number, work: (round: number) => Promise<void>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    await work(round);
    const { user, system } = process.cpuUsage(before);
    taken.push((user + system) / 1_000);
  }
  return Math.min(...taken);
}
