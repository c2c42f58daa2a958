import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TokenPair } from '../../accounts/sessions/start-session.js';

/** The cookies that hold a console session. No script can read them. */
interface CookieNames {
  access: string;
  refresh: string;
}

/** RFC 6265bis section 4.1.3.2: a browser takes these over TLS only, for this host only. */
const overTls: CookieNames = { access: '__Host-stipend', refresh: '__Host-stipend-refresh' };
/** Not all browsers let plain HTTP set `Secure` cookies at localhost. */
const atLocalhost: CookieNames = { access: 'stipend-localhost', refresh: 'stipend-localhost-refresh' };

export interface ConsoleTokens {
  access: string | undefined;
  refresh: string | undefined;
}

const noTokens: ConsoleTokens = { access: undefined, refresh: undefined };

/** @returns undefined where no session may live: over plain HTTP, other than at localhost */
function cookieNames({ protocol, hostname }: FastifyRequest): CookieNames | undefined {
  if (protocol === 'https') return overTls;
  return isLocalhost(hostname) ? atLocalhost : undefined;
}

/** What resolves to this machine by itself, whatever a name server says (RFC 6761 section 6.3). */
function isLocalhost(hostname: string): boolean {
  return /^(localhost|[a-z0-9-]+\.localhost|127(\.[0-9]{1,3}){3}|\[::1\])$/i.test(hostname);
}

export function maySendConsoleCookies(request: FastifyRequest): boolean {
  return cookieNames(request) !== undefined;
}

/** The tokens of the request's cookies. */
export function readConsoleCookies(request: FastifyRequest): ConsoleTokens {
  const { cookie } = request.headers;
  const names = cookie === undefined ? undefined : cookieNames(request);
  if (cookie === undefined || !names) return noTokens;
  const cookies = parseCookie(cookie);
  return { access: cookies[names.access] || undefined, refresh: cookies[names.refresh] || undefined };
}

export function setConsoleCookies(reply: FastifyReply, tokens: TokenPair, now: Date): void {
  const names = cookieNames(reply.request);
  if (!names) return;
  setCookie(reply, names.access, tokens.token, secondsUntil(tokens.expiresAt, now));
  setCookie(reply, names.refresh, tokens.refreshToken, secondsUntil(tokens.refreshExpiresAt, now));
}

export function clearConsoleCookies(reply: FastifyReply): void {
  const names = cookieNames(reply.request);
  if (!names) return;
  for (const name of [names.access, names.refresh]) setCookie(reply, name, '', 0);
}

function setCookie(reply: FastifyReply, name: string, value: string, maxAge: number): void {
  const secure = reply.request.protocol === 'https';
  const cookie = stringifySetCookie({
    name,
    value,
    maxAge,
    path: '/',
    httpOnly: true,
    secure,
    sameSite: 'strict',
  });
  reply.header('set-cookie', cookie);
}

function secondsUntil(end: Date, now: Date): number {
  return Math.max(0, Math.floor((end.getTime() - now.getTime()) / 1000));
}
