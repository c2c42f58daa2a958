import { expect, test } from 'vitest';
import { parseConfig } from '../../src/start/config.js';
import { variables } from '../../src/start/variables.js';
import { ConfigError } from '../../src/values/config-error.js';

/** By variable: the least and the most that is taken, and what lies just outside. */
const bounds: Array<[name: string, taken: string[], refused: string[]]> = [
  ['PORT', ['0', '65535'], ['-1', '65536', '80.5', 'http']],
  ['DATABASE_POOL_SIZE', ['2', '200'], ['1', '201', '2.5', 'many']],
  ['TOKEN_TTL', ['1', '24h'], ['0', '86401', '-1', '8 hours', '1w']],
  ['SESSION_MAX_AGE', ['1', '365d'], ['0', '-1d', 'long']],
  ['SESSION_IDLE', ['1', '365d'], ['0', '-1d', 'long']],
  ['REFRESH_GRACE', ['0', '1d'], ['86401', '2d', '-1']],
  ['LOGIN_FAILURES_PER_ADDRESS', ['5', '1000'], ['4', '5.5', '-5', 'few']],
  [
    'TRUSTED_PROXIES',
    ['10.0.0.0/32', '::1/128', ' ::1 , 10.1.2.3 '],
    ['10.0.0.0/33', '::1/129', '10.0.0.0/', 'proxy'],
  ],
  ['MAX_PAYMENT', ['1', '5,JPY=1'], ['0', '-1', '1e6', '1.5', '5,XXX=1', '5,JPY=0', '5,JPY']],
  ['OPERATION_TIMEOUT', ['1s', '5m'], ['0', '301', '6m']],
  ['PAY_RUN_TIMEOUT', ['1s', '1h'], ['0', '3601', '61m']],
  ['KEEP_ALIVE', ['1s', '1h'], ['0', '3601', '61m']],
  ['DRAIN_SECONDS', ['0', '3600'], ['-1', '3601', '20s']],
  ['METRICS_TOKEN', ['x'.repeat(16), '€'.repeat(6)], ['x'.repeat(15)]],
  ['METRICS_PORT', ['0', '65535'], ['-1', '65536', '9.5']],
  ['JWT_ENCRYPTION_KEY', ['0'.repeat(64), 'x'.repeat(32)], ['0'.repeat(63), 'x'.repeat(31), 'x'.repeat(33)]],
  ['SEED', ['demo', 'none'], ['on', 'Demo']],
  ['INTROSPECTION', ['on', 'off'], ['true', 'ON', '0']],
  ['SANDBOX', ['on', 'off'], ['true', 'ON', '0']],
  ['INSECURE_HTTP', ['on', 'off'], ['true', 'ON', '0']],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', ['http://127.0.0.1:4318'], ['127.0.0.1:4318', 'grpc://127.0.0.1']],
  [
    'CORS_ORIGINS',
    ['https://a.example.com,http://localhost:3000', 'http://[::1]:3000', 'capacitor://localhost', ' , '],
    [
      '*',
      'https://a.example.com,*',
      'null',
      'https://a.example.com/',
      'https://a.example.com/app',
      'https://a.example.com:443',
      'https://A.example.com',
      'a.example.com',
      'https://user@a.example.com',
      'capacitor://localhost/',
      'http://*.local:5173',
      'https://*.example.com',
    ],
  ],
  ...Object.keys(variables)
    .filter((name) => name.startsWith('MAX_') && name !== 'MAX_PAYMENT')
    .map((name): [string, string[], string[]] => [name, ['1', '1000000'], ['0', '-1', '1.5', 'none']]),
];

test.each(bounds)(
  '%s is taken up to its bounds, and refused by its name beyond them',
  (name, taken, refused) => {
    for (const value of taken) expect(() => parseConfig({ [name]: value }), value).not.toThrow();
    for (const value of refused) {
      const start = () => parseConfig({ [name]: value });
      expect(start, value).toThrow(ConfigError);
      expect(start, value).toThrow(new RegExp(`^${name} [^\\n]+\\.$`));
    }
  },
);
