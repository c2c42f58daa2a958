import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const pollMs = 25;

/**
 * When a live process started, in a form that no later process with the same pid repeats within one boot of the machine.
 *
 * @returns null when there is no such process. A zombie counts as dead.
 */
export async function startTimeOf(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') {
    const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' };
    const listed = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { env }).catch(() => undefined);
    return listed?.stdout.trim() || null;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The command is in parentheses and may contain spaces and parentheses, so fields are counted from its end.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : (fields[18] ?? null);
}

/** Identifies this boot of the machine. Null if the system has no such id. */
export async function bootId(): Promise<string | null> {
  const id = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return id.trim() || null;
}

/**
 * The pids of the PostgreSQL processes with `mark` in their command line. The mark is a random name, so unlike a pid it never
 * means another process. It is in the postmaster's arguments and, as the cluster's name, in the title of each child.
 */
async function postgresProcesses(mark: string): Promise<number[]> {
  const found: number[] = [];
  for (const { pid, command } of await listProcesses()) {
    // Only PostgreSQL's own processes: the command line of a psql or grep may contain the mark, too.
    const [program = ''] = command.split(/[ \0]/, 1);
    if (/(^|\/)postgres:?$/.test(program) && command.includes(mark)) found.push(pid);
  }
  return found;
}

/**
 * Ends the marked processes by a fast shutdown, and after `patienceMs` by force. A postmaster that is shutting down already
 * ignores the repeated signal.
 */
export async function endPostgresProcesses(mark: string, patienceMs: number): Promise<void> {
  await signalAll(mark, 'SIGINT');
  if (await gone(mark, patienceMs)) return;
  await signalAll(mark, 'SIGQUIT');
  if (await gone(mark, 1_000)) return;
  await signalAll(mark, 'SIGKILL');
  await gone(mark, 2_000);
}

async function gone(mark: string, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if ((await postgresProcesses(mark)).length === 0) return true;
    if (performance.now() >= deadline) return false;
    await delay(pollMs);
  }
}

async function signalAll(mark: string, signal: NodeJS.Signals): Promise<void> {
  for (const pid of await postgresProcesses(mark)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

async function listProcesses(): Promise<{ pid: number; command: string }[]> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-axo', 'pid=,command='], { maxBuffer: 16_000_000 });
    return stdout.split('\n').map((line) => {
      const [pid = '', ...command] = line.trimStart().split(' ');
      return { pid: Number(pid), command: command.join(' ') };
    });
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid) => ({
      pid: Number(pid),
      command: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    })),
  );
}
