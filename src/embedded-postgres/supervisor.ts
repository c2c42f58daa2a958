import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError, errorMessage } from './errors.js';
import type { RunAs } from './identity.js';

const LAST_WORDS_MS = 300;

/**
 * A POSIX shell between Stipend and PostgreSQL, because it outlives a Stipend that was killed. It holds one end
 * of a pipe whose other end is Stipend's. When that closes, on purpose or by kill -9, a helper, which waits for just
 * that, strikes once a second, and at each stroke the shell tells the child to end: three times kindly, because
 * a command in the background ignores SIGINT until it has set a handler, then by force. Only the shell signals the
 * child, and it is the parent, so the pid passes to no other process before the shell has waited for it.
 * The helper is ended by a signal that the shell never traps: a trap of its holds in a helper's first moments too.
 */
const SCRIPT = `
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
  /** The folder the shell removes after the child when it was told to end it; '' for none. */
  readonly socketFolder: string;
  /** An open file that the child finds as its descriptor 3. */
  readonly descriptor?: number;
  readonly onLine: (line: string) => void;
}

export interface Supervised {
  /** Resolves with the exit code once the child is gone and what it printed has been read; never rejects. */
  readonly exited: Promise<number>;
  /** Tells the supervisor to end the child; returns at once, and may be called again. */
  end(): void;
}

/**
 * Starts a command under a supervisor, in a session of its own (a Ctrl-C at the terminal is for Stipend, which
 * ends the child when it has drained) and without Stipend's environment, which holds secrets.
 *
 * @throws EmbeddedPostgresError when it cannot be started at all
 */
export async function supervise(options: SupervisedOptions): Promise<Supervised> {
  const child = spawn(
    '/bin/sh',
    ['-c', SCRIPT, 'sh', options.socketFolder, options.command, ...options.args],
    {
      cwd: options.cwd,
      detached: true,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['pipe', 'ignore', 'pipe', options.descriptor ?? 'ignore'],
      ...options.runAs,
    },
  );
  child.stdin?.on('error', () => {
    // The supervisor is gone, which its exit tells as well.
  });
  const exited = new Promise<number>((resolve) => {
    const closed = once(child, 'close').catch(() => undefined);
    child.once('exit', (code) => {
      child.stdin?.destroy();
      // Its last words are worth a moment, but a child's child may hold the pipe open for longer.
      void Promise.race([closed, delay(LAST_WORDS_MS)]).then(() => resolve(code ?? 1));
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
