import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const lookMs = 1500;
const mostShare = 0.1;

/** Latencies of a machine that has other work to do say more of that work. */
export async function warnIfBusy() {
  const before = busyAndIdle();
  await delay(lookMs);
  const after = busyAndIdle();
  const busy = after.busy - before.busy;
  const share = busy / (busy + after.idle - before.idle);
  if (share > mostShare) {
    console.error(
      `Other processes use ${Math.round(100 * share)} % of this machine: latencies will be theirs as well.`,
    );
  }
}

function busyAndIdle() {
  const sum = { busy: 0, idle: 0 };
  for (const { times } of cpus()) {
    const { idle, ...busy } = times;
    sum.idle += idle;
    for (const milliseconds of Object.values(busy)) sum.busy += milliseconds;
  }
  return sum;
}
