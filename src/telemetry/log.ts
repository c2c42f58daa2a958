import { type DestinationStream, type Logger, pino } from 'pino';
import { databaseFault } from '../database/database-errors.js';

export type { DestinationStream, Logger };

/** JSON lines, one an event. No line holds a host, a path of the machine, a stack, SQL, or a value of a row. */
export function createLog(level: string, destination: DestinationStream): Logger {
  return pino({ level, base: null, serializers: { err: describeError } }, destination);
}

const gatherCharacters = 32 * 1024;
const gatherMs = 100;

/** Where lines go, some at a time. */
export interface GatheredLines extends DestinationStream {
  /** Writes out what there is. */
  flush(): void;
}

/**
 * Lines go out some at a time, a tenth of a second late at most: a system call for each would cost a request as much as
 * the rest of its logging does.
 */
export function gatherLines(write: (text: string) => void): GatheredLines {
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (gathered !== '') write(gathered);
    gathered = '';
  };
  return {
    flush,
    write: (line) => {
      gathered += line;
      if (gathered.length >= gatherCharacters) flush();
      else timer ??= setTimeout(flush, gatherMs).unref();
    },
  };
}

/** What an operator needs to find the place and the reason, and no more: messages of the database quote values and SQL. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const fault = databaseFault(error);
  const code: unknown = Reflect.get(error, 'code');
  const isDatabaseError = fault !== undefined || error.name.startsWith('Prisma');
  // A system call's message is its code, and the address or the file that it was about.
  const isSystemError = Reflect.has(error, 'syscall');
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    ...fault,
    ...(!isDatabaseError && !isSystemError && { message: withoutPaths(error.message.split('\n')[0] ?? '') }),
    at: ownFrame(error.stack ?? ''),
  };
}

function withoutPaths(message: string): string {
  return message.replace(/(?:[A-Za-z]:)?(?:[\\/][^\s'"\\/:]+){2,}/g, '<path>');
}

/** The first line of the stack that is of this program's own, from its own folder on: `payments/issue-payment.js:61`. */
function ownFrame(stack: string): string | undefined {
  return /(?:dist|src)[\\/]((?:[\w-]+[\\/])*[\w-]+\.[jt]s:\d+)/.exec(
    stack.replace(/.*node_modules.*\n?/g, ''),
  )?.[1];
}
