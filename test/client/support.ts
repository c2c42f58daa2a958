import { type ClientOptions, StipendClient } from '@stipend/client';
import { afterAll, vi } from 'vitest';
import { type Harness, useStipend } from '../harness.js';

export interface ClientHarness extends Harness {
  /** How often the operation was sent, by its name in the document. */
  sent(name: string): number;
  client(options?: Partial<ClientOptions>): StipendClient;
}

/**
 * Stipend, and clients of it. The server's clock is the test's, and so is the Date header that clients see; their own clock
 * is an hour wrong, and goes as fast.
 */
export async function useClients(env: Record<string, string> = {}): Promise<ClientHarness> {
  const stipend = await useStipend(env);
  const sent: string[] = [];
  vi.useFakeTimers({ toFake: ['Date'], now: stipend.clock.now().getTime() + 3_600_000 });
  afterAll(() => {
    vi.useRealTimers();
  });
  const fetchByClock: typeof fetch = async (input, init) => {
    sent.push(String(init?.body));
    const response = await fetch(input, init);
    const headers = new Headers(response.headers);
    headers.set('date', stipend.clock.now().toUTCString());
    return new Response(response.body, { status: response.status, headers });
  };
  return {
    ...stipend,
    sent: (name) => sent.filter((body) => body.includes(`${name}(`)).length,
    client: (options) =>
      new StipendClient({
        url: `${stipend.url}/graphql`,
        fetch: fetchByClock,
        retry: { firstDelayMs: 1 },
        ...options,
      }),
  };
}

/** Lets time pass on both sides. */
export function pass({ clock }: Harness, seconds: number): void {
  clock.advance(seconds * 1000);
  vi.setSystemTime(Date.now() + seconds * 1000);
}
