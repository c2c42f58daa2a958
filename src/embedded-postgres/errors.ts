/** Why the embedded PostgreSQL cannot run. The message is one line that says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** The `code` of a system error, such as `ENOENT`, or undefined. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The thrown value's message. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @returns an error that says what to fix, for a system error below `dataDir`; or the error itself */
export function explain(error: unknown, dataDir: string): unknown {
  if (error instanceof EmbeddedPostgresError) return error;
  const cause = { cause: error };
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(dataDir, cause);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new EmbeddedPostgresError(
        `DATA_DIR ${dataDir} cannot be written (${errorMessage(error)}): give it to the user that runs Stipend, or name another.`,
        cause,
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new EmbeddedPostgresError(`DATA_DIR ${dataDir} is not a folder: name another one.`, cause);
    case 'ENOTEMPTY':
      return new EmbeddedPostgresError(
        `DATA_DIR ${dataDir} has a folder "postgres" that is no database: move it away, or name another DATA_DIR.`,
        cause,
      );
    default:
      return error;
  }
}

/** @returns an error with the reason that PostgreSQL printed */
export function failedWith(what: string, lines: readonly string[], dataDir: string): EmbeddedPostgresError {
  if (lines.some((line) => line.includes('No space left on device'))) return diskFull(dataDir);
  const reason = lines.findLast((line) => /\b(FATAL|PANIC|error):/.test(line)) ?? lines.at(-1);
  return new EmbeddedPostgresError(`${what}: ${reason ?? 'it said nothing'}`);
}

function diskFull(dataDir: string, cause?: ErrorOptions): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The disk that holds DATA_DIR ${dataDir} is full: make room on it.`,
    cause,
  );
}
