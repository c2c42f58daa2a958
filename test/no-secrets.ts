import { expect } from 'vitest';

/** Two parts of a token in compact form, from `{"` on. */
const token = /eyJ[\w-]{10,}\.[\w-]{10,}/;
/** Which the tests give to employees. */
const accountNumbers = ['DE89370400440532013000', '000123456789'];

/**
 * What a whole test file has printed holds none of these, no token and no account number. It fails without the text that they
 * were found in, which would print them once more.
 */
export function expectNoSecretIn(printed: string, secrets: readonly string[]): void {
  const found = [...secrets, ...accountNumbers].filter((secret) => printed.includes(secret));
  expect(found.length, 'secrets of the test in what was printed').toBe(0);
  expect(token.test(printed), 'a token in what was printed').toBe(false);
}
