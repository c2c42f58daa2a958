import type { IncomingMessage } from 'node:http';

/** RFC 6750 section 2.1: `Bearer`, in any case (RFC 9110 section 11.1), at least one space, and one b64token. */
const bearer = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

export type BearerToken = { kind: 'none' } | { kind: 'token'; token: string } | { kind: 'malformed' };

/** Reads the one Authorization header. A token anywhere else is not looked for. */
export function bearerToken(request: IncomingMessage): BearerToken {
  // `headers` keeps the first of several Authorization headers only; here each of them shows.
  const values = request.headersDistinct.authorization ?? [];
  if (values.length === 0) return { kind: 'none' };
  const token = values.length === 1 ? bearer.exec(values[0] ?? '')?.[1] : undefined;
  return token === undefined ? { kind: 'malformed' } : { kind: 'token', token };
}
