import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { secretVariables } from '../../src/start/secret-files.js';
import { variables } from '../../src/start/variables.js';
import { Secret } from '../../src/values/secret.js';

/** Values that the variables which ask for some form take. */
const wellFormed: Record<string, string> = {
  DATABASE_URL: 'postgresql://a:b@localhost/c',
  LISTEN_DATABASE_URL: 'postgresql://a:b@localhost/c',
};

/** The variables whose values are secrets, by how they are parsed. */
const secret = Object.entries(variables).flatMap(([name, schema]) => {
  const parsed = schema.safeParse(wellFormed[name] ?? '0123456789abcdef0123456789abcdef');
  return parsed.data instanceof Secret ? [name] : [];
});

test('each variable with a password, a key or a token is a secret, and may come in a file', () => {
  expect(secret).toEqual([
    'DATABASE_URL',
    'LISTEN_DATABASE_URL',
    'JWT_SECRET',
    'DATA_KEY',
    'JWT_ENCRYPTION_KEY',
    'ADMIN_PASSWORD',
    'METRICS_TOKEN',
    'OTEL_EXPORTER_OTLP_HEADERS',
  ]);
  expect([...secretVariables].sort()).toEqual([...secret].sort());
});

test.each<[string, (value: Secret) => string]>([
  ['as text', (value) => `${value}`],
  ['joined', (value) => [value].join()],
  ['as JSON', (value) => JSON.stringify({ value })],
  ['to a console', (value) => inspect({ value }, { showHidden: true, depth: 9 })],
  ['by its members', (value) => JSON.stringify([{ ...value }, Object.entries(value)])],
])('a secret that is written %s is not told', (_how, write) => {
  const value = new Secret('planted');
  expect(write(value)).not.toContain('planted');
  expect(value.reveal()).toBe('planted');
});
