import { expect } from 'vitest';
import type { Answer } from '../client.js';
import { until } from '../start/support.js';

/** True in the mode that takes as long as it takes: every round, every limit waited for. */
export const longMode = process.env.FAULT_LONG !== undefined;

/** With OPERATION_TIMEOUT=1s an answer is due after a second; the rest is a loaded machine's. */
const answeredWithinMs = 6_000;

/** @returns what the work comes to, which must be within the time */
export async function inTime<T>(
  title: string,
  work: Promise<T>,
  milliseconds = answeredWithinMs,
): Promise<T> {
  const since = performance.now();
  const result = await work;
  expect(performance.now() - since, title).toBeLessThan(milliseconds);
  return result;
}

/** What is over within 2 s, and the rest is a loaded machine's. `until` alone doesn't mind how long a question takes. */
export async function soon(title: string, question: () => Promise<boolean>): Promise<void> {
  await inTime(title, until(question, 2_000), 3_000);
}

/** One error, which says that the service is away, and nothing else. */
export function expectUnavailable(answer: Answer, title: string): void {
  const codes = answer.errors?.map(({ extensions }) => extensions.code);
  expect(codes, `${title}: ${answer.text}`).toEqual(['SERVICE_UNAVAILABLE']);
  expect([200, 503], title).toContain(answer.status);
  expect(answer.text, title).not.toMatch(/127\.0\.0\.1|ECONN|postgres|prisma|select|\bat \S+:\d/i);
}

export async function healthOf(url: string, path: '/healthz' | '/readyz'): Promise<number> {
  return (await fetch(`${url}${path}`)).status;
}
