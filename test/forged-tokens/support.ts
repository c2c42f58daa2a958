import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { send } from '../client.js';
import { type Harness, useStipend } from '../harness.js';
import { openSession, type Person, partOf } from '../sessions/support.js';
import { type ForgeKey, forge, makeKey, makeSecret } from './forge.js';

/** The keys of the ring: a forger who had them could sign anything. */
export const ring = {
  hmac: makeSecret('hmac'),
  rsa: makeKey('rsa', 'RS256'),
  pss: makeKey('pss', 'PS256'),
  ec: makeKey('ec', 'ES256', ['sign', 'verify']),
};
export const ringKeys: ForgeKey[] = Object.values(ring);

export interface ForgersTools {
  t: Harness;
  /** Whose session the forged tokens name. */
  person: Person;
  /** The claims of a real token of that session. */
  claims: Record<string, unknown>;
}

/** Starts a Stipend with a ring of every algorithm, in a file, and logs a viewer in. */
export async function useForge(): Promise<ForgersTools> {
  const folder = mkdtempSync(join(tmpdir(), 'stipend-keys-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'keys.json');
  writeFileSync(file, JSON.stringify({ keys: ringKeys.map(({ jwk }) => jwk) }), { mode: 0o600 });
  const t = await useStipend({ JWT_KEYS: file });
  const person = await openSession(t.url, 'vera');
  return { t, person, claims: partOf(person.token, 1) };
}

/** The header that goes with a key. */
export function headerOf({ jwk }: ForgeKey): Record<string, unknown> {
  return { alg: jwk.alg, typ: 'at+jwt', kid: jwk.kid };
}

/** A token that nothing is wrong with but what is changed. @param changes a member that is undefined is left out */
export function signedWith(key: ForgeKey, claims: unknown, changes: Record<string, unknown> = {}): string {
  return forge({ ...headerOf(key), ...changes }, claims, key.sign);
}

/** Every forged token gets this, to the byte. */
export async function expectRefused(url: string, token: string): Promise<void> {
  for (const query of ['{ me { id } }', '{ __typename }']) {
    const { status, headers, text } = await send(url, { query, token });
    expect({ status, challenge: headers.get('www-authenticate'), text }).toEqual({
      status: 401,
      challenge: 'Bearer error="invalid_token"',
      text: '{"errors":[{"message":"The access token is not valid. Log in again.","extensions":{"code":"UNAUTHENTICATED"}}]}',
    });
  }
}
