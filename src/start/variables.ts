import { z } from 'zod';
import {
  duration,
  fail,
  isAddressOrNetwork,
  isOrigin,
  limit,
  list,
  numberWithin,
  onOff,
  parseKey,
  parseLimits,
  port,
  secret,
  wholeNumberWithin,
} from './variable-kinds.js';

/** Every variable that Stipend reads, in the order of README's table; `describe` is its row there. */
export const variables = {
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  PORT: port.default(4000).describe('Port to listen on; 0 finds a free one.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'is not an http or https URL' })
    .optional()
    .describe(
      "The server's URL as its users see it, which tokens carry as `iss`. Default: the one that the database was first served under.",
    ),
  DATABASE_URL: secret
    .refine(
      (value) => /^postgres(ql)?:\/\//.test(value.reveal()),
      'is not of the form postgresql://user:password@host:5432/name',
    )
    .optional()
    .describe(
      'PostgreSQL to use, as `postgresql://user:password@host:5432/name`. Unset: Stipend runs one of its own, below DATA_DIR.',
    ),
  DATABASE_POOL_SIZE: wholeNumberWithin(2, 200)
    .default(10)
    .describe('Connections to the database that one process opens at most.'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('.data')
    .describe('Folder of the embedded PostgreSQL and its generated secrets.'),
  JWT_SECRET: secret
    .refine(
      (value) => Buffer.byteLength(value.reveal()) >= 32,
      'is shorter than 32 bytes; `openssl rand -base64 48` makes one',
    )
    .optional()
    .describe(
      'Signs tokens; at least 32 bytes. Required with DATABASE_URL unless JWT_KEYS is set; generated below DATA_DIR otherwise.',
    ),
  DATA_KEY: secret
    .refine(
      (value) => Buffer.byteLength(value.reveal()) >= 32,
      'is shorter than 32 bytes; `openssl rand -base64 48` makes one',
    )
    .optional()
    .describe(
      'Encrypts bank account numbers; at least 32 bytes. Losing it loses them. Generated below DATA_DIR with the embedded database; without it on another one, no account number can be stored.',
    ),
  JWT_KEYS: z
    .string()
    .optional()
    .describe(
      'File with the key ring, a JWK Set. Default: the ring is kept in the database, and JWT_SECRET is its first key. `npm run keys` manages either.',
    ),
  JWT_ENCRYPTION_KEY: secret
    .refine(
      (value) => parseKey(value.reveal()) !== undefined,
      'is not 32 bytes in base64 or hex; `openssl rand -base64 32` makes one',
    )
    .optional()
    .describe('Encrypts tokens (JWE); 32 bytes in base64 or hex. Set, only encrypted tokens are accepted.'),
  TOKEN_TTL: duration
    .refine((seconds) => seconds > 0 && seconds <= 24 * 3600, 'is not from 1s to 24h')
    .default(8 * 3600)
    .describe('How long an access token is valid.'),
  SESSION_MAX_AGE: duration
    .refine((seconds) => seconds > 0, 'is not positive')
    .default(30 * 86_400)
    .describe('How long a session lives at most.'),
  SESSION_IDLE: duration
    .refine((seconds) => seconds > 0, 'is not positive')
    .default(7 * 86_400)
    .describe('How long a session lives without being used.'),
  REFRESH_GRACE: duration
    .refine((seconds) => seconds <= 60, 'is longer than 60s')
    .default(10)
    .describe(
      'For how long a refresh token that was just traded gives the same successor again, to a retry or a second tab.',
    ),
  LOGIN_FAILURES_PER_ADDRESS: wholeNumberWithin(5)
    .default(100)
    .describe(
      'Failed logins and refreshes from one address, over all accounts, in 15 minutes, after which it has to wait.',
    ),
  TRUSTED_PROXIES: list
    .refine(
      (parts) => parts.every(isAddressOrNetwork),
      'is not a list of addresses and networks such as 10.0.0.0/8',
    )
    .default([])
    .describe(
      'Addresses and networks of reverse proxies, separated by commas, whose X-Forwarded-For counts: `10.0.0.0/8,192.168.1.5`.',
    ),
  ADMIN_USERNAME: z
    .string()
    .max(100, 'is longer than 100 characters')
    .default('admin')
    .describe('Name of the first admin, made in a new database.'),
  ADMIN_PASSWORD: secret
    .optional()
    .describe('Password of the first admin. Default: a generated one, printed once.'),
  SEED: z
    .enum(['demo', 'none'], 'is neither demo nor none')
    .optional()
    .describe(
      '`none` leaves a new embedded database without the demo company, `demo` loads it in production too. Default: `demo`, and `none` in production.',
    ),
  MAX_PAYMENT: z
    .string()
    .transform(
      (value, context) =>
        parseLimits(value) ?? fail(context, 'is not of the form 10000000 or 10000000,JPY=500000000'),
    )
    .default({ units: 10_000_000n, unitsByCurrency: new Map() })
    .describe(
      'The most that one payment may be, in units of its currency; single currencies may differ: `10000000,JPY=500000000`.',
    ),
  TLS_CERT: z
    .string()
    .optional()
    .describe(
      'File with the certificate chain, PEM: serves HTTPS. A renewed one is taken up with no restart.',
    ),
  TLS_KEY: z.string().optional().describe("File with the certificate's key, PEM."),
  HTTP_REDIRECT_PORT: port.optional().describe('With TLS: a port that answers plain HTTP with a redirect.'),
  INSECURE_HTTP: onOff
    .default(false)
    .describe(
      '`on` lets production listen beyond this machine without TLS and without TRUSTED_PROXIES, which the log then says.',
    ),
  MAX_DOCUMENT_CHARACTERS: limit(16_000).describe(
    'GraphQL documents: characters of the text, with comments and white space.',
  ),
  MAX_DOCUMENT_LINES: limit(1_000).describe('GraphQL documents: lines of the text.'),
  MAX_TOKENS: limit(2_000).describe('GraphQL documents: tokens.'),
  MAX_OPERATIONS: limit(10).describe('GraphQL documents: operations.'),
  MAX_DEPTH: limit(16).describe('GraphQL documents: levels of fields.'),
  MAX_ALIASES: limit(30).describe('GraphQL documents: aliases.'),
  MAX_NAME_CHARACTERS: limit(100).describe(
    "GraphQL documents: characters of a field's name, or its alias, in the answer.",
  ),
  MAX_ROOT_FIELDS: limit(20).describe('GraphQL documents: fields at the top of an operation.'),
  MAX_DIRECTIVES: limit(20).describe('GraphQL documents: directives.'),
  MAX_FIELDS: limit(500).describe('GraphQL documents: fields, with every fragment written out.'),
  MAX_COST: limit(20_000).describe(
    'GraphQL documents: fields to resolve, by the sizes of the requested pages; those of introspection too.',
  ),
  MAX_VARIABLES: limit(1_000).describe('GraphQL variables: values, those within others included.'),
  MAX_VARIABLES_BYTES: limit(253_952).describe('GraphQL variables: bytes, as JSON.'),
  MAX_ANSWER_BYTES: limit(2_000_000).describe('GraphQL answers: bytes, as JSON.'),
  OPERATION_TIMEOUT: duration
    .refine((seconds) => seconds > 0 && seconds <= 300, 'is not from 1s to 5m')
    .default(10)
    .describe('How long an operation may take, and any SQL statement of it, before it is answered 503.'),
  TRUSTED_DOCUMENTS: z
    .string()
    .optional()
    .describe(
      "File with the only GraphQL documents to serve: the manifest that graphql-codegen's client preset writes.",
    ),
  MAX_REQUESTS: limit(250).describe(
    'Requests that one process serves at the same time; more are answered 503.',
  ),
  DRAIN_SECONDS: numberWithin(0, 3_600)
    .default(20)
    .describe('How long requests in flight are waited for at a stop.'),
  METRICS_TOKEN: secret
    .refine((value) => Buffer.byteLength(value.reveal()) >= 16, 'is shorter than 16 bytes')
    .optional()
    .describe('Opens `/metrics`, for Prometheus, to whoever sends it as bearer token; at least 16 bytes.'),
  METRICS_PORT: port.optional().describe('Serves `/metrics` without a token, on a port of its own.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'is not an http or https URL' })
    .optional()
    .describe(
      'Base URL of an OpenTelemetry collector, such as `http://127.0.0.1:4318`, which traces are sent to. Unset: nothing is traced.',
    ),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/protobuf', 'http/json'], 'is neither http/protobuf nor http/json')
    .default('http/protobuf')
    .describe('How traces are written: `http/protobuf` or `http/json`.'),
  OTEL_EXPORTER_OTLP_HEADERS: secret
    .optional()
    .describe('Headers that are sent to the collector along with traces: `name=value`, separated by commas.'),
  OTEL_SERVICE_NAME: z.string().default('stipend').describe('Name of this service in its traces.'),
  CORS_ORIGINS: list
    .refine(
      (parts) => parts.every(isOrigin),
      'is not a list of origins such as https://app.example.com, without a path, a slash at the end or a *',
    )
    .default([])
    .describe('Origins of browser frontends, separated by commas: `https://app.example.com`.'),
  SANDBOX: onOff
    .optional()
    .describe(
      '`on` opens Apollo Sandbox in a browser at the GraphQL URL. Default: `on`, and `off` in production.',
    ),
  INTROSPECTION: onOff
    .optional()
    .describe('`on` lets clients read the schema. Default: `on`, and `off` in production.'),
  NODE_ENV: z
    .string()
    .optional()
    .describe(
      '`production` changes the defaults of SEED, SANDBOX and INTROSPECTION, and refuses to serve beyond this machine in the open and to read secrets from files that everybody can read.',
    ),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
      'is none of fatal, error, warn, info, debug and silent',
    )
    .default('info')
    .describe('Least severity that is logged.'),
};
