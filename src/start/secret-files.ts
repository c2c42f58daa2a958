import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '../values/config-error.js';

/** Variables with a secret. Instead of each, NAME_FILE can name a file with the value, as container platforms mount them. */
export const secretVariables = [
  'DATABASE_URL',
  'LISTEN_DATABASE_URL',
  'JWT_SECRET',
  'JWT_ENCRYPTION_KEY',
  'DATA_KEY',
  'ADMIN_PASSWORD',
  'METRICS_TOKEN',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;

const worldReadable = 0o004;

/** @returns what the file of a secret contains */
export function readSecretFile(path: string): string {
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
}

/**
 * Reads secrets from files.
 *
 * @returns the environment with the secrets
 * @throws ConfigError when one is set twice, cannot be read, or, in production, can be read by every user
 */
export function withSecretFiles(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const problems: string[] = [];
  const read = Object.fromEntries(
    secretVariables.flatMap((name) => {
      const path = env[`${name}_FILE`];
      if (!path) return [];
      if (env[name]) problems.push(`${name} and ${name}_FILE are both set: set one of them.`);
      try {
        if (env.NODE_ENV === 'production' && (statSync(path).mode & worldReadable) !== 0) {
          problems.push(
            `${name}_FILE names a file that everybody on this machine can read: chmod it to 600.`,
          );
        }
        return [[name, readSecretFile(path)]];
      } catch {
        problems.push(`${name}_FILE names a file that can't be read.`);
        return [];
      }
    }),
  );
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return { ...env, ...read };
}
