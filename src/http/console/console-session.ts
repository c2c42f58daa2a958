import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { authenticate } from '../../accounts/authenticate.js';
import { changePassword } from '../../accounts/change-password.js';
import { login } from '../../accounts/login.js';
import { logout } from '../../accounts/logout.js';
import { refreshSession } from '../../accounts/refresh-session.js';
import type { Client, TokenPair } from '../../accounts/sessions/start-session.js';
import { type SignedIn, signedIn } from '../../accounts/viewer.js';
import type { Deps } from '../../graphql/context.js';
import { failureOf } from '../../telemetry/failure.js';
import { AppError, badInput } from '../../values/app-error.js';
import { addressOf } from '../address.js';
import { sendRefusal } from '../answers.js';
import { type Deadline, withDeadline } from '../deadline.js';
import { clearConsoleCookies, readConsoleCookies, setConsoleCookies } from './console-cookies.js';
import { ForeignRequest, requireConsole } from './console-requests.js';

export interface ConsoleSessionRoutes {
  deps: Deps;
  publicUrl: string | undefined;
  operationTimeoutSeconds: number;
}

/** One of the console's own requests, past all checks of where it comes from. */
interface ConsoleCall {
  deps: Deps & Pick<Deadline, 'signal'>;
  request: FastifyRequest;
  reply: FastifyReply;
  client: Client;
}

export const consoleSessionPath = '/console/session';

/** A session for the console: the tokens stay in cookies that no script can read. */
export function addConsoleSession(fastify: FastifyInstance, routes: ConsoleSessionRoutes): void {
  const handle = (run: (call: ConsoleCall) => Promise<object>) => callHandler(routes, run);
  fastify.post(consoleSessionPath, handle(logIn));
  fastify.post(`${consoleSessionPath}/refresh`, handle(refresh));
  fastify.post(`${consoleSessionPath}/end`, handle(logOut));
  fastify.post(`${consoleSessionPath}/password`, handle(givePassword));
}

function callHandler(
  { deps, publicUrl, operationTimeoutSeconds }: ConsoleSessionRoutes,
  run: (call: ConsoleCall) => Promise<object>,
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    try {
      requireConsole(request, publicUrl);
      const client = { ip: addressOf(request), userAgent: request.headers['user-agent'] ?? null };
      const data = await withDeadline(reply.raw, operationTimeoutSeconds, ({ signal }) =>
        run({ deps: { ...deps, signal }, request, reply, client }),
      );
      return reply.send({ data });
    } catch (error) {
      if (failureOf(error).code === 'INTERNAL_SERVER_ERROR') throw error;
      return sendRefusal(reply, error, error instanceof ForeignRequest ? 403 : undefined);
    }
  };
}

const credentials = z.object({ username: z.string(), password: z.string() });
const passwords = z.object({ currentPassword: z.string(), newPassword: z.string() });

async function logIn({ deps, request, reply, client }: ConsoleCall): Promise<object> {
  const { username, password } = parseBody(request, credentials);
  return keep(deps, reply, await login(deps, client, { username, password }));
}

async function refresh({ deps, request, reply, client }: ConsoleCall): Promise<object> {
  const { refresh: token } = readConsoleCookies(request);
  if (token === undefined) throw new AppError('UNAUTHENTICATED', 'Log in first.');
  return keep(deps, reply, await refreshSession(deps, client, token));
}

async function givePassword({ deps, request, reply, client }: ConsoleCall): Promise<object> {
  const { currentPassword, newPassword } = parseBody(request, passwords);
  const viewer = await viewerBy(deps, request, client, readConsoleCookies(request).access);
  return keep(deps, reply, await changePassword(deps, viewer, client, { currentPassword, newPassword }));
}

/** Ends the session, one whose access token has expired too. */
async function logOut({ deps, request, reply, client }: ConsoleCall): Promise<object> {
  const { access, refresh: refreshToken } = readConsoleCookies(request);
  clearConsoleCookies(reply);
  try {
    const token = access ?? (refreshToken && (await refreshSession(deps, client, refreshToken)).token);
    return await logout(deps, await viewerBy(deps, request, client, token), 'THIS_SESSION');
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') return { revokedSessions: 0 };
    throw error;
  }
}

async function viewerBy(
  deps: Deps,
  request: FastifyRequest,
  client: Client,
  token: string | undefined,
): Promise<SignedIn> {
  const viewer = signedIn(
    await authenticate(deps, token === undefined ? { kind: 'none' } : { kind: 'token', token }, client.ip),
  );
  request.facts.viewer = viewer;
  return viewer;
}

/** Keeps the tokens in cookies. @returns what a script may know of the session */
function keep({ clock }: Deps, reply: FastifyReply, tokens: TokenPair): object {
  setConsoleCookies(reply, tokens, clock.now());
  return { expiresAt: tokens.expiresAt, refreshExpiresAt: tokens.refreshExpiresAt };
}

function parseBody<T>(request: FastifyRequest, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonOf(request.body));
  if (parsed.success) return parsed.data;
  throw badInput(parsed.error.issues[0]?.path.join('.') || 'body', 'The request is not well-formed.');
}

function jsonOf(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}
