import type { IncomingMessage } from 'node:http';

/** RFC 6750 section 2.1: `Bearer`, in any case (RFC 9110 section 11.1), and at least one space. */
const scheme = /^bearer +/i;

export type BearerToken = { kind: 'none' } | { kind: 'token'; token: string } | { kind: 'malformed' };

/**
 * Reads the Authorization header, the only place where a token is accepted. What follows the scheme may be anything. An
 * empty header counts as absent: Apollo Client's documented link sends one before anybody has logged in.
 */
export function bearerToken(request: IncomingMessage): BearerToken {
  const { authorization } = request.headers;
  if (authorization === undefined) return { kind: 'none' };
  const isOne = !isRepeated(request.rawHeaders);
  if (isOne && authorization === '') return { kind: 'none' };
  const start = isOne ? scheme.exec(authorization)?.[0].length : undefined;
  return start === undefined ? { kind: 'malformed' } : { kind: 'token', token: authorization.slice(start) };
}

/** `headers` has only the first of several Authorization headers. */
function isRepeated(rawHeaders: string[]): boolean {
  let found = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 'authorization'.length && name.toLowerCase() === 'authorization') found += 1;
  }
  return found > 1;
}
