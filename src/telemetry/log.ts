import { type DestinationStream, type Logger, pino } from 'pino';
import { databaseFault } from '../database/database-errors.js';

export type { DestinationStream, Logger };

/** JSON lines, one an event. No line holds a host, a path of the machine, a stack, SQL, or a value of a row. */
export function createLog(level: string, destination: DestinationStream): Logger {
  return pino({ level, base: null, serializers: { err: describeError } }, destination);
}

const bufferBytes = 4_096;
const flushEveryMs = 100;

/** Standard output, buffered: a system call for each line would cost as much as the rest of logging it does. */
export interface BufferedOutput extends DestinationStream {
  flushSync(): void;
}

/** Lines are written within a tenth of a second. Whoever opens it flushes it at exit. */
export function openBufferedOutput(): BufferedOutput {
  return pino.destination({ dest: 1, sync: true, minLength: bufferBytes, periodicFlush: flushEveryMs });
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
  return message.replace(/[^\s'":]+/g, (word) => {
    const [before = '', ...segments] = word.split(/[\\/]/);
    return segments.length < 2 ? word : `${before}<path>`;
  });
}

/** The first line of the stack that is of this program's own, from its own folder on: `payments/issue-payment.js:61`. */
function ownFrame(stack: string): string | undefined {
  return stack
    .split('\n')
    .filter((line) => !line.includes('node_modules'))
    .map((line) => /^[\w/\\-]+\.[jt]s:\d+/.exec(line.split(/\b(?:dist|src)[\\/]/).at(-1) ?? '')?.[0])
    .find((frame) => frame !== undefined);
}
