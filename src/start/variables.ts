import { z } from 'zod';
import { documentLimitVariables } from './document-limit-variables.js';
import { serverLimitVariables } from './server-limit-variables.js';
import {
  databaseUrl,
  duration,
  httpUrl,
  isAddressOrNetwork,
  isOrigin,
  list,
  longSecret,
  onOff,
  parseKey,
  paymentLimits,
  port,
  positiveDuration,
  secret,
  wholeNumberWithin,
} from './variable-kinds.js';

/** Every variable that Stipend reads, in the order of the table in docs/operating.md; `describe` is its row there. */
export const variables = {
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  PORT: port.default(4000).describe('Port to listen on; 0 picks a free one.'),
  PUBLIC_URL: httpUrl
    .optional()
    .describe(
      "The server's URL as its users see it. Tokens carry it as `iss`. Default: the URL at which the database was first served.",
    ),
  DATABASE_URL: databaseUrl
    .optional()
    .describe(
      'PostgreSQL to use: `postgresql://user:password@host:5432/name`. Several hosts, `host:5432,host:5432`, are tried in turn for the one that takes writes. Unset: Stipend runs its own PostgreSQL, with its data in DATA_DIR.',
    ),
  LISTEN_DATABASE_URL: databaseUrl
    .optional()
    .describe(
      'The same database past a pooler, for one connection that listens for revocations. Without it, sessions are looked up once a second where the pooler of DATABASE_URL lets no notification through.',
    ),
  DATABASE_POOL_SIZE: wholeNumberWithin(2, 200)
    .default(10)
    .describe('Maximum number of connections that one process opens to the database.'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('.data')
    .describe('Folder of the embedded PostgreSQL and of generated secrets.'),
  JWT_SECRET: longSecret
    .optional()
    .describe(
      'Signs tokens. At least 32 bytes. Required with DATABASE_URL unless JWT_KEYS is set; otherwise generated in DATA_DIR.',
    ),
  DATA_KEY: longSecret
    .optional()
    .describe(
      'Encrypts bank account numbers. At least 32 bytes. If it is lost, so are they. With the embedded database it is generated in DATA_DIR; with DATABASE_URL, no account number can be stored unless it is set.',
    ),
  JWT_KEYS: z
    .string()
    .optional()
    .describe(
      'File with the key ring, a JWK Set. Default: the key ring is in the database, and JWT_SECRET is its first key. `npm run keys` manages both.',
    ),
  JWT_ENCRYPTION_KEY: secret
    .refine(
      (value) => parseKey(value.reveal()) !== undefined,
      'must be 32 bytes in base64 or hex; `openssl rand -base64 32` makes one',
    )
    .optional()
    .describe(
      'Encrypts tokens (JWE). 32 bytes in base64 or hex. If it is set, only encrypted tokens are accepted.',
    ),
  TOKEN_TTL: duration
    .refine((seconds) => seconds > 0 && seconds <= 24 * 3600, 'must be from 1s to 24h')
    .default(8 * 3600)
    .describe('Lifetime of an access token.'),
  SESSION_MAX_AGE: positiveDuration.default(30 * 86_400).describe('Maximum lifetime of a session.'),
  SESSION_IDLE: positiveDuration.default(7 * 86_400).describe('How long a session lasts without being used.'),
  REFRESH_GRACE: duration
    .refine((seconds) => seconds <= 86_400, 'must be at most 1d')
    .default(86_400)
    .describe(
      'How long a refresh token that has been used still returns its successor, to a retry, while that has not been used.',
    ),
  LOGIN_FAILURES_PER_ADDRESS: wholeNumberWithin(5)
    .default(100)
    .describe(
      'Failed logins from one address in 15 minutes, over all accounts, before the address has to wait.',
    ),
  TRUSTED_PROXIES: list
    .refine(
      (parts) => parts.every(isAddressOrNetwork),
      'must be a list of addresses and networks such as 10.0.0.0/8',
    )
    .default([])
    .describe(
      'Addresses and networks of reverse proxies whose X-Forwarded-For is trusted, separated by commas: `10.0.0.0/8,192.168.1.5`.',
    ),
  ADMIN_USERNAME: z
    .string()
    .max(100, 'must be at most 100 characters long')
    .default('admin')
    .describe('Username of the first admin, who is created in a new database.'),
  ADMIN_PASSWORD: secret
    .optional()
    .describe('Password of the first admin. Default: a generated one, shown once.'),
  SEED: z
    .enum(['demo', 'none'], 'must be demo or none')
    .optional()
    .describe(
      '`demo` loads the demo company into a new embedded database, `none` does not. Default: `demo`, in production `none`.',
    ),
  MAX_PAYMENT: paymentLimits
    .default({ units: 10_000_000n, unitsByCurrency: new Map() })
    .describe(
      'Largest amount of one payment, in units of its currency. A currency can have a limit of its own: `10000000,JPY=500000000`.',
    ),
  TLS_CERT: z
    .string()
    .optional()
    .describe(
      'PEM file with the certificate chain, to serve HTTPS. A renewed certificate is loaded without a restart.',
    ),
  TLS_KEY: z.string().optional().describe("PEM file with the certificate's private key."),
  HTTP_REDIRECT_PORT: port
    .optional()
    .describe('With TLS: a second port, which redirects plain HTTP to HTTPS.'),
  INSECURE_HTTP: onOff
    .default(false)
    .describe(
      '`on` lets production serve other machines without TLS and without TRUSTED_PROXIES. The log then warns of it at each start.',
    ),
  ...documentLimitVariables,
  OPERATION_TIMEOUT: duration
    .refine((seconds) => seconds > 0 && seconds <= 300, 'must be from 1s to 5m')
    .default(10)
    .describe('Time limit of an operation and of each of its SQL statements; past it, the answer is 503.'),
  PAY_RUN_TIMEOUT: duration
    .refine((seconds) => seconds > 0 && seconds <= 3_600, 'must be from 1s to 1h')
    .default(180)
    .describe(
      'Time limit of a step of a pay run, and of an import over the API, in place of `OPERATION_TIMEOUT`.',
    ),
  TRUSTED_DOCUMENTS: z
    .string()
    .optional()
    .describe(
      "Manifest with the only GraphQL documents to serve, or a folder of manifests (`*.json`), as graphql-codegen's client preset or Apollo's `generate-persisted-query-manifest` writes them. Changes are loaded without a restart. The limits hold for these too.",
    ),
  ...serverLimitVariables,
  METRICS_TOKEN: secret
    .refine((value) => Buffer.byteLength(value.reveal()) >= 16, 'must have at least 16 bytes')
    .optional()
    .describe('Bearer token with which Prometheus reads `/metrics`. At least 16 bytes.'),
  METRICS_PORT: port.optional().describe('A second port, which serves `/metrics` without a token.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl
    .optional()
    .describe(
      'Base URL of the OpenTelemetry collector to send traces to, such as `http://127.0.0.1:4318`. Unset: no tracing.',
    ),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/protobuf', 'http/json'], 'must be http/protobuf or http/json')
    .default('http/protobuf')
    .describe('Format of the traces: `http/protobuf` or `http/json`.'),
  OTEL_EXPORTER_OTLP_HEADERS: secret
    .optional()
    .describe('Headers to send to the collector: `name=value`, separated by commas.'),
  OTEL_SERVICE_NAME: z.string().default('stipend').describe('Name of this service in traces.'),
  CORS_ORIGINS: list
    .refine(
      (parts) => parts.every(isOrigin),
      'must be a list of origins such as https://app.example.com, without a path, a trailing slash or a *',
    )
    .default([])
    .describe(
      'Origins of browser frontends that may use the API, separated by commas: `https://app.example.com`.',
    ),
  CONSOLE: onOff.default(true).describe('`on` serves the web console at `/`, `off` does not.'),
  SANDBOX: onOff
    .optional()
    .describe(
      '`on` shows Apollo Sandbox to browsers at the GraphQL URL. Default: `on`, in production `off`.',
    ),
  INTROSPECTION: onOff
    .optional()
    .describe('`on` lets clients read the schema. Default: `on`, in production `off`.'),
  NODE_ENV: z
    .string()
    .optional()
    .describe(
      '`production` changes the defaults of SEED, SANDBOX and INTROSPECTION. Stipend then refuses to serve other machines over plain HTTP (see INSECURE_HTTP), or to read secrets from files that every user can read.',
    ),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
      'must be fatal, error, warn, info, debug or silent',
    )
    .default('info')
    .describe('Lowest level to log: `fatal`, `error`, `warn`, `info` or `debug`; `silent` logs nothing.'),
};
