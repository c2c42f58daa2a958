import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

export const serverCore = '0';
const otherCore = '1';
const canPin = availableParallelism() > 1 && works('taskset', ['--version']);
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Says how processes were placed. */
export const placement = canPin
  ? `each server alone on core ${serverCore}; PostgreSQL and the load generator on core ${otherCore}`
  : 'processes not pinned to cores';

function works(command, args) {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Moves this process, and with it all that it starts without further ado, to the core that no server runs on. */
export function pinThisProcess(cores = otherCore) {
  pin(process.pid, cores);
}

/** Moves a process and its children. What they start from then on is there as well. */
export function pinFamily(pid, cores) {
  for (const each of [pid, ...childrenOf(pid)]) pin(each, cores);
}

function pin(pid, cores) {
  if (canPin) execFileSync('taskset', ['-acp', cores, String(pid)], { stdio: 'ignore' });
}

/**
 * @param {string[]} args
 * @param {string} [core] other than the servers' one
 * @returns {[string, string[]]} a command that runs node on that core; its pid is node's own
 */
export function nodeOnCore(args, core = serverCore) {
  return canPin ? ['taskset', ['-c', core, process.execPath, ...args]] : [process.execPath, args];
}

/** The CPU time that a process has used in all its threads, in microseconds. */
export function cpuMicros(pid) {
  return micros(statOf(pid), [utime, stime]);
}

/** The same of a process, its children, and those of its children that have ended. */
export function familyCpuMicros(pid) {
  return [pid, ...childrenOf(pid)]
    .flatMap(statIfAny)
    .reduce((sum, stat) => sum + micros(stat, [utime, stime, endedUtime, endedStime]), 0);
}

/** Resident memory in megabytes. */
export function residentMegabytes(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

// proc(5): places in /proc/PID/stat after the name in parentheses, which may hold spaces.
const [parent, utime, stime, endedUtime, endedStime] = [1, 11, 12, 13, 14];

function statOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function statIfAny(pid) {
  try {
    return [statOf(pid)];
  } catch {
    return []; // It has ended meanwhile.
  }
}

function childrenOf(pid) {
  return readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && statIfAny(name).some((stat) => Number(stat[parent]) === pid),
  );
}

function micros(stat, places) {
  const ticks = places.reduce((sum, place) => sum + Number(stat[place]), 0);
  return (ticks * 1e6) / ticksPerSecond;
}
