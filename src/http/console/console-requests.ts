import type { FastifyRequest } from 'fastify';
import { type BearerToken, bearerToken } from '../../accounts/tokens/bearer.js';
import { AppError } from '../../values/app-error.js';
import { maySendConsoleCookies, readConsoleCookies } from './console-cookies.js';

/** What every request of the console carries. No page of another origin can send it without a preflight, which fails. */
const consoleHeader = 'stipend-console';

/** A request that is refused before its operation runs, with 403. */
export class ForeignRequest extends AppError {
  constructor(message: string) {
    super('FORBIDDEN', message);
  }
}

/** How a request to `/graphql` identifies its caller. */
export interface Credentials {
  token: BearerToken;
  /** Whether the token comes from a cookie: its operations must not answer with tokens. */
  byCookie: boolean;
}

/**
 * The token of the Authorization header, or of the console's cookie.
 *
 * @throws AppError UNAUTHENTICATED when there are both
 * @throws ForeignRequest when there is a cookie, and the request is not one of the console's
 */
export function readCredentials(request: FastifyRequest, publicUrl: string | undefined): Credentials {
  const token = bearerToken(request.raw);
  if (request.headers.cookie === undefined && request.headers[consoleHeader] === undefined)
    return { token, byCookie: false };
  const { access, refresh } = readConsoleCookies(request);
  const hasCookie = access !== undefined || refresh !== undefined;
  if (hasCookie && token.kind !== 'none') throw twoCredentials();
  // A page that is opened in the browser, which reads nothing that is anybody's.
  if (request.method === 'GET' && request.headers[consoleHeader] === undefined)
    return { token, byCookie: false };
  if (hasCookie || request.headers[consoleHeader] !== undefined) requireConsole(request, publicUrl);
  if (access === undefined) return { token, byCookie: false };
  return { token: { kind: 'token', token: access }, byCookie: true };
}

function twoCredentials(): AppError {
  return new AppError('UNAUTHENTICATED', 'Send a token or the cookie of the console, not both.');
}

/**
 * Refuses what a page of another origin could have sent.
 *
 * @throws ForeignRequest
 * @throws AppError UNAUTHENTICATED when there is a token too
 */
export function requireConsole(request: FastifyRequest, publicUrl: string | undefined): void {
  const { headers } = request;
  if (headers.authorization !== undefined) throw twoCredentials();
  if (headers[consoleHeader] === undefined)
    throw new ForeignRequest('The request is not one of the console: the header stipend-console is missing.');
  const { origin, 'sec-fetch-site': site } = headers;
  // A browser sends at least one of them with whatever is not a plain GET.
  const isOwnOrigin = origin !== undefined && ownOrigins(request, publicUrl).includes(origin);
  if (site === undefined ? !isOwnOrigin : site !== 'same-origin' || !(origin === undefined || isOwnOrigin))
    throw new ForeignRequest('The request comes from a page of another origin.');
  if (!maySendConsoleCookies(request))
    throw new ForeignRequest('The console needs HTTPS, except at localhost.');
}

function ownOrigins(request: FastifyRequest, publicUrl: string | undefined): string[] {
  const origin = `${request.protocol}://${request.host}`;
  return publicUrl === undefined ? [origin] : [origin, new URL(publicUrl).origin];
}
