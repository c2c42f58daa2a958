import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { afterAll, vi } from 'vitest';
import { keys } from '../../src/commands/keys.js';
import { parseConfig } from '../../src/start/config.js';
import { createLog } from '../../src/telemetry/log.js';
import { logIn, send } from '../client.js';
import { userPassword } from '../factories.js';
import { jwtSecret } from '../harness.js';

export const algorithms = ['HS256', 'RS256', 'PS256', 'ES256'] as const;
export type Algorithm = (typeof algorithms)[number];

export type Jwk = Record<string, unknown> & { kid: string };

/** A private or secret key as an operator would write it down; `signs` says whether it is the one that signs. */
export function newJwk(alg: Algorithm, kid: string, signs: boolean): Jwk {
  const key_ops = signs ? ['sign', 'verify'] : ['verify'];
  return { ...newMaterial(alg), kid, alg, key_ops };
}

function newMaterial(alg: Algorithm): object {
  if (alg === 'HS256') return { kty: 'oct', k: randomBytes(32).toString('base64url') };
  const { privateKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ format: 'jwk' });
}

/** A folder that goes with the test file. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stipend-keys-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** @returns the path of a file with the key ring, for JWT_KEYS */
export async function writeRing(folder: string, keys: Jwk[]): Promise<string> {
  const path = join(folder, `${randomBytes(4).toString('hex')}.json`);
  await writeFile(path, JSON.stringify({ keys }));
  return path;
}

/** Runs `npm run keys`'s command within this process. @returns what it printed */
export async function runKeys(env: Record<string, string>, args: string[]): Promise<string> {
  let printed = '';
  const config = parseConfig({ JWT_SECRET: jwtSecret, ...env });
  const log = createLog('silent', { write: () => {} });
  const print = (text: string) => {
    printed += text;
  };
  await keys({ config, log, args, print, onProgress: () => {} });
  return printed;
}

/** Adds a key. @returns its id */
export async function addKey(env: Record<string, string>, alg: Algorithm): Promise<string> {
  const kid = /^add: (\S+)$/m.exec(await runKeys(env, ['add', '--alg', alg]))?.[1];
  if (kid === undefined) throw new Error('no key id was printed');
  return kid;
}

export function kidOf(token: string): string | undefined {
  return decodeProtectedHeader(token).kid;
}

/** The HTTP status that a read gets with the token: 200, or 401 where it is refused. */
export async function statusWith(url: string, token: string): Promise<number> {
  const { status, data } = await send(url, { query: '{ me { username } }', token });
  if ((data?.me === undefined) === (status === 200)) throw new Error('an answer that is neither');
  return status;
}

/** Logs in until the server has taken up that this key signs, within a second. @returns the token */
export async function logInUntil(
  url: string,
  [name, password]: [string, string],
  kid: string,
): Promise<string> {
  return vi.waitFor(
    async () => {
      const token = await logIn(url, name, password);
      if (kidOf(token) !== kid) throw new Error(`signed by ${kidOf(token)}, not by ${kid}`);
      return token;
    },
    { timeout: 1_000, interval: 20 },
  );
}

export function logInSignedBy(url: string, kid: string): Promise<string> {
  return logInUntil(url, ['vera', userPassword], kid);
}

/** Reads with the token until the server answers so, within a second. */
export async function untilStatus(url: string, token: string, status: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const answered = await statusWith(url, token);
      if (answered !== status) throw new Error(`answered ${answered}, not ${status}`);
    },
    { timeout: 1_000, interval: 20 },
  );
}
