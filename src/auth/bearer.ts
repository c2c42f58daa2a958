import type { IncomingMessage } from 'node:http';

/** RFC 6750 section 2.1: `Bearer`, in any case (RFC 9110 section 11.1), at least one space, and one b64token. */
const bearer = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

export type BearerToken = { kind: 'none' } | { kind: 'token'; token: string } | { kind: 'malformed' };

/** Reads the one Authorization header. A token anywhere else is not looked for. */
export function bearerToken(request: IncomingMessage): BearerToken {
  const { authorization } = request.headers;
  if (authorization === undefined) return { kind: 'none' };
  const token = isRepeated(request.rawHeaders) ? undefined : bearer.exec(authorization)?.[1];
  return token === undefined ? { kind: 'malformed' } : { kind: 'token', token };
}

/** Node keeps the first of several Authorization headers only. */
function isRepeated(rawHeaders: string[]): boolean {
  const isAuthorization = (text: string, index: number) =>
    index % 2 === 0 && text.length === 'authorization'.length && text.toLowerCase() === 'authorization';
  return rawHeaders.filter(isAuthorization).length > 1;
}
