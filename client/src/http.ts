import { type AnswerError, StipendError } from './errors.js';
import { recordOf } from './tokens.js';

/** One GraphQL request, as it goes into the body. */
export interface GraphQLRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What the server answered. */
export interface Answer {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly AnswerError[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

/** How long something that can safely be sent again is sent again. */
export interface RetryOptions {
  /** The first wait, doubled with each try up to 10 seconds and shortened at random. 200 by default. */
  readonly firstDelayMs?: number;
  /** No try begins later than this after the first. 60 by default. */
  readonly maxSeconds?: number;
  /** 20 by default. */
  readonly maxTries?: number;
  /** A try without an answer counts as lost after this time. 30 by default. */
  readonly timeoutSeconds?: number;
}

export interface Transport {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly credentials: RequestCredentials;
  readonly headers: Readonly<Record<string, string>>;
  readonly retry: Required<RetryOptions>;
  /** Told the Date header of every answer that has one. */
  readonly onDate: (date: number) => void;
}

export interface SendOptions {
  /** In place of the API's. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutSeconds?: number | undefined;
}

/** A try that says nothing of what the server did. */
interface Lost {
  readonly status?: number;
  readonly answer?: Answer;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

const maxDelayMs = 10_000;

/**
 * Sends a request, again and again while nothing is known of the last try, and it can be repeated.
 *
 * @throws StipendError NO_ANSWER
 * @throws the signal's reason when the caller aborts
 */
export async function send(transport: Transport, request: object, options: SendOptions): Promise<Answer> {
  const { firstDelayMs, maxSeconds, maxTries } = transport.retry;
  const deadline = Date.now() + maxSeconds * 1000;
  for (let tries = 1; ; tries++) {
    const outcome = await sendOnce(transport, request, options);
    if (!('lost' in outcome)) return outcome;
    const { lost } = outcome;
    const backoffMs = Math.min(firstDelayMs * 2 ** (tries - 1), maxDelayMs) * (0.5 + Math.random() / 2);
    const delayMs = Math.max(backoffMs, lost.retryAfterMs ?? 0);
    if (!options.repeatable || tries >= maxTries || Date.now() + delayMs > deadline) return giveUp(lost);
    await wait(delayMs, options.signal);
  }
}

function giveUp({ status, answer, cause }: Lost): Answer {
  if (answer) return answer;
  throw new StipendError(
    'NO_ANSWER',
    'The server gave no answer.',
    { mayHaveHappened: true, ...(status !== undefined && { status }) },
    [],
    null,
    { cause },
  );
}

async function sendOnce(
  transport: Transport,
  request: object,
  { path, headers, signal, timeoutSeconds = transport.retry.timeoutSeconds }: SendOptions,
): Promise<Answer | { lost: Lost }> {
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    const response = await transport.fetch(
      path === undefined ? transport.url : transport.url.replace(/graphql$/, path),
      {
        method: 'POST',
        credentials: transport.credentials,
        headers: { ...transport.headers, ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(request),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      },
    );
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date)) transport.onDate(date);
    return read(response, await response.text());
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof StipendError) throw cause;
    return { lost: { cause } };
  }
}

/** @throws StipendError NO_ANSWER on an answer that is not Stipend's and that another try would not change */
function read(response: Response, text: string): Answer | { lost: Lost } {
  const { status } = response;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = seconds >= 0 ? seconds * 1000 : 0;
  const body = parseBody(text);
  const answer = body && {
    status,
    data: body.data === undefined || body.data === null ? null : recordOf(body.data),
    errors: body.errors,
    extensions: body.extensions,
  };
  if (status === 502 || status === 503 || status === 504 || isUnavailable(answer)) {
    return { lost: { status, retryAfterMs, ...(answer && { answer }) } };
  }
  if (answer) return answer;
  if (response.ok || status >= 500) return { lost: { status } };
  throw new StipendError('NO_ANSWER', `The server answered with HTTP status ${status}.`, {
    mayHaveHappened: false,
    status,
  });
}

function isUnavailable(answer: Answer | undefined): boolean {
  return answer?.errors?.some(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE') ?? false;
}

interface Body {
  data?: unknown;
  errors?: readonly AnswerError[];
  extensions?: Record<string, unknown>;
}

/** @returns undefined for anything but a GraphQL answer, and for one that was cut */
function parseBody(text: string): Body | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isBody(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function isBody(body: unknown): body is Body {
  if (typeof body !== 'object' || body === null) return false;
  return 'errors' in body ? Array.isArray(body.errors) && body.errors.length > 0 : 'data' in body;
}

export function wait(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
