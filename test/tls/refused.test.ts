import { copyFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readTls } from '../../src/http/tls.js';
import { parseConfig } from '../../src/start/config.js';
import { ConfigError } from '../../src/values/config-error.js';
import { certificates } from './support.js';

const issuer = certificates();

const refusedWith = (env: Record<string, string>): string[] => {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n');
  }
};

test.each(['0.0.0.0', '::', '10.1.2.3', 'pay.example.com', '127.0.0.1.example.com'])(
  'in production, HOST=%s without TLS, a trusted proxy or INSECURE_HTTP=on is refused in one line',
  (HOST) => {
    const env = { NODE_ENV: 'production', HOST };
    expect(refusedWith(env)).toEqual([
      expect.stringMatching(/^HOST .*TLS_CERT and TLS_KEY.*TRUSTED_PROXIES.*INSECURE_HTTP=on\.$/),
    ]);
    expect(refusedWith({ ...env, INSECURE_HTTP: 'off' })).toHaveLength(1);
    expect(refusedWith({ ...env, INSECURE_HTTP: 'on' })).toEqual([]);
    expect(refusedWith({ ...env, TRUSTED_PROXIES: '10.0.0.0/8' })).toEqual([]);
    expect(refusedWith({ ...env, TLS_CERT: 'a.crt', TLS_KEY: 'a.key' })).toEqual([]);
  },
);

test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])(
  'in production, HOST=%s is served in the open: nobody else reaches it',
  (HOST) => {
    expect(refusedWith({ NODE_ENV: 'production', HOST })).toEqual([]);
  },
);

test('a certificate without its key, a key without its certificate, and a redirect to nowhere are refused', () => {
  expect(refusedWith({ TLS_CERT: 'a.crt' })).toEqual([expect.stringMatching(/TLS_CERT and TLS_KEY/)]);
  expect(refusedWith({ TLS_KEY: 'a.key' })).toEqual([expect.stringMatching(/TLS_CERT and TLS_KEY/)]);
  expect(refusedWith({ HTTP_REDIRECT_PORT: '80' })).toEqual([expect.stringMatching(/HTTP_REDIRECT_PORT/)]);
});

test('files that are no certificate and key, or do not go together, are refused in one line', () => {
  const one = issuer.issue('one');
  const other = issuer.issue('other');
  const broken = issuer.issue('broken');
  expect(readTls(one).minVersion).toBe('TLSv1.2');
  writeFileSync(broken.cert, 'no certificate');
  const line = /^TLS_CERT and TLS_KEY do not name [^\n]*\.$/;
  expect(() => readTls({ cert: one.cert, key: other.key })).toThrow(line);
  expect(() => readTls(broken)).toThrow(line);
  expect(() => readTls({ cert: one.key, key: one.cert })).toThrow(line);
  expect(() => readTls({ cert: `${one.cert}.none`, key: one.key })).toThrow(line);
  copyFileSync(one.cert, broken.cert);
  expect(() => readTls(broken)).toThrow(ConfigError);
});
