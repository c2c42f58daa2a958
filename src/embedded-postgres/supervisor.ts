import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError, errorMessage } from './errors.js';
import type { RunAs } from './identity.js';

/** How long the output of a child that has exited is read on. */
const outputGraceMs = 300;

/**
 * A POSIX shell between Stipend and PostgreSQL, which outlives a Stipend that is killed. It holds one end of a pipe; Stipend
 * holds the other. When that closes, on purpose or by kill -9, a helper that waits for it signals the shell once a second, and
 * each time the shell tells the child to end: three times by SIGINT, because a background command ignores SIGINT until it
 * has set a handler, then by force. Only the shell signals the child. As its parent, it does so before it has waited for
 * the child, so the pid cannot belong to another process. The helper is ended by USR1, which the shell never traps: a helper
 * that has just been started still has the shell's traps.
 */
const script = `
folder=$1
shift
exec 4<&0 </dev/null
"$@" 4<&- &
child=$!
exec 2>/dev/null 3<&-
strokes=0
stop() {
  strokes=$((strokes + 1))
  case $strokes in
    1 | 2 | 3) kill -INT "$child" ;;
    4) kill -QUIT "$child" ;;
    *) kill -KILL "$child" ;;
  esac
}
trap stop TERM
(
  trap - TERM
  read -r order <&4
  trap 'kill "$nap"; wait "$nap"; exit' USR1
  while kill -TERM $$; do
    sleep 1 & nap=$!
    wait "$nap"
  done
) &
clock=$!
wait "$child"
status=$?
while [ "$status" -eq 143 ] && kill -0 "$child"; do
  wait "$child"
  status=$?
done
trap '' TERM
kill -USR1 "$clock"
wait "$clock"
if [ "$strokes" -gt 0 ] && [ -n "$folder" ]; then
  rm -f "$folder"/.s.PGSQL.*
  rmdir "$folder"
fi
exit "$status"
`;

export interface SupervisedOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly runAs: RunAs;
  /** A folder that the shell removes after it has ended the child; '' for none. */
  readonly socketFolder: string;
  /** An open file, which the child gets as descriptor 3. */
  readonly descriptor?: number;
  readonly onLine: (line: string) => void;
}

export interface Supervised {
  /** Resolves with the exit code when the child has exited and its output has been read. Never rejects. */
  readonly exited: Promise<number>;
  /** Tells the supervisor to end the child. Returns at once, and may be called again. */
  end(): void;
}

/**
 * Starts a command under a supervisor, without Stipend's environment, which holds secrets. It runs in a session of its own: on
 * Ctrl-C at the terminal, Stipend first drains and then ends the child.
 *
 * @throws EmbeddedPostgresError when it cannot be started
 */
export async function supervise(options: SupervisedOptions): Promise<Supervised> {
  const child = spawn(
    '/bin/sh',
    ['-c', script, 'sh', options.socketFolder, options.command, ...options.args],
    {
      cwd: options.cwd,
      detached: true,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['pipe', 'ignore', 'pipe', options.descriptor ?? 'ignore'],
      ...options.runAs,
    },
  );
  child.stdin?.on('error', () => {
    // The supervisor has exited, which `exited` reports.
  });
  const exited = new Promise<number>((resolve) => {
    const closed = once(child, 'close').catch(() => undefined);
    child.once('exit', (code) => {
      child.stdin?.destroy();
      // Not until the output ends, because a child of the child may keep the pipe open.
      void Promise.race([closed, delay(outputGraceMs)]).then(() => resolve(code ?? 1));
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(cannotStart(error, options.runAs)));
  });
  const { stderr } = child;
  if (stderr) createInterface({ input: stderr }).on('line', options.onLine);
  return { exited, end: () => child.stdin?.end() };
}

function cannotStart(error: unknown, runAs: RunAs): EmbeddedPostgresError {
  const who =
    runAs === undefined ? '' : ` as uid ${runAs.uid}, which PostgreSQL needs because it refuses root`;
  return new EmbeddedPostgresError(
    `Cannot start a process${who}: ${errorMessage(error)}. Run Stipend as an ordinary user, or set DATABASE_URL.`,
    { cause: error },
  );
}
