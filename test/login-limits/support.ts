import { vi } from 'vitest';
import { type Answer, post } from '../client.js';

const login =
  'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { token } }';

/** How a try to log in was answered. */
export interface Outcome {
  code: string;
  retryAfterSeconds: unknown;
  /** The body as it came. */
  text: string;
}

/** Tries a name and a password; `forwardedFor` is what a proxy would say of the client. */
export async function tryLogin(
  url: string,
  username: string,
  password: string,
  forwardedFor?: string,
): Promise<Outcome> {
  const body = JSON.stringify({ query: login, variables: { username, password } });
  return outcomeOf(
    await post(url, body, forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }),
  );
}

export function outcomeOf({ errors, text }: Answer): Outcome {
  const extensions = errors?.[0]?.extensions;
  return { code: extensions?.code ?? 'OK', retryAfterSeconds: extensions?.retryAfterSeconds, text };
}

/** Fails to log in, over and over. @returns the codes of the answers */
export async function failTimes(
  url: string,
  times: number,
  nameOf: (attempt: number) => string,
  forwardedFor?: string,
): Promise<string[]> {
  const codes: string[] = [];
  for (let attempt = 0; attempt < times; attempt += 1) {
    codes.push((await tryLogin(url, nameOf(attempt), 'a wrong password', forwardedFor)).code);
  }
  return codes;
}

/** Stops the clock that the limits go by; from then on it moves by `pass`. */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ['Date'] });
}

export function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}
