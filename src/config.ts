import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { SessionLifetime } from './auth/sessions/live-session.js';
import { isCurrency } from './currencies.js';
import type { DocumentLimits } from './graphql/document-limits.js';
import type { PaymentLimits } from './money.js';
import { checkPassword } from './users/password-rules.js';

/** A value that is never printed: neither by a log line, nor by JSON, nor in a message. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
}

/** The environment is not as it should be; the message says every problem, a line each. */
export class ConfigError extends Error {}

const secret = z.string().transform((value) => new Secret(value));
const onOff = z.enum(['on', 'off'], 'is neither on nor off').transform((value) => value === 'on');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const duration = z
  .string()
  .transform(
    (value, context) =>
      parseDuration(value) ?? fail(context, 'is not a length of time such as 8h, 30m or 45s'),
  );

const limit = (fallback: number) =>
  z.coerce.number('is not a number').int('is not a whole number').min(1, 'is less than 1').default(fallback);

/** Every variable that Stipend reads, in the order of README's table; `describe` is its row there. */
export const variables = {
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  PORT: z.coerce
    .number('is not a port from 0 to 65535')
    .int()
    .min(0)
    .max(65_535)
    .default(4000)
    .describe('Port to listen on; 0 finds a free one.'),
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
  DATABASE_POOL_SIZE: z.coerce
    .number('is not a number')
    .int()
    .min(2)
    .max(200)
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
  LOGIN_FAILURES_PER_ADDRESS: z.coerce
    .number('is not a number')
    .int('is not a whole number')
    .min(5, 'is less than 5')
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
  HTTP_REDIRECT_PORT: z.coerce
    .number('is not a port from 0 to 65535')
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('With TLS: a port that answers plain HTTP with a redirect.'),
  INSECURE_HTTP: onOff
    .default(false)
    .describe('`on` lets production listen beyond this machine without TLS and without TRUSTED_PROXIES.'),
  MAX_TOKENS: limit(2_000).describe('GraphQL documents: tokens.'),
  MAX_OPERATIONS: limit(10).describe('GraphQL documents: operations.'),
  MAX_DEPTH: limit(16).describe('GraphQL documents: levels of fields.'),
  MAX_ALIASES: limit(30).describe('GraphQL documents: aliases.'),
  MAX_ROOT_FIELDS: limit(20).describe('GraphQL documents: fields at the top of an operation.'),
  MAX_DIRECTIVES: limit(20).describe('GraphQL documents: directives.'),
  MAX_FIELDS: limit(1_000).describe('GraphQL documents: fields, with every fragment written out.'),
  MAX_COST: limit(20_000).describe(
    'GraphQL documents: fields to resolve, by the sizes of the pages that are asked for.',
  ),
  MAX_VARIABLES_BYTES: limit(253_952).describe('GraphQL variables: bytes, as JSON.'),
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
  MAX_REQUESTS: limit(500).describe(
    'Requests that one process serves at the same time; more are answered 503.',
  ),
  DRAIN_SECONDS: z.coerce
    .number('is not a number')
    .min(0)
    .max(3_600)
    .default(20)
    .describe('How long requests in flight are waited for at a stop.'),
  METRICS_TOKEN: secret
    .refine((value) => Buffer.byteLength(value.reveal()) >= 16, 'is shorter than 16 bytes')
    .optional()
    .describe('Opens `/metrics`, for Prometheus, to whoever sends it as bearer token; at least 16 bytes.'),
  METRICS_PORT: z.coerce
    .number('is not a port from 0 to 65535')
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('Serves `/metrics` without a token, on a port of its own.'),
  CORS_ORIGINS: list.default([]).describe('Origins of browser frontends, separated by commas.'),
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
    .describe('`production` changes the defaults of SEED, SANDBOX and INTROSPECTION, and nothing else.'),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
      'is none of fatal, error, warn, info, debug and silent',
    )
    .default('info')
    .describe('Least severity that is logged.'),
};

export interface Config {
  host: string;
  port: number;
  publicUrl: string | undefined;
  databaseUrl: Secret | undefined;
  databasePoolSize: number;
  dataDir: string;
  jwtSecret: Secret | undefined;
  dataKey: Secret | undefined;
  jwtKeys: string | undefined;
  jwtEncryptionKey: Uint8Array | undefined;
  tokenTtlSeconds: number;
  lifetime: SessionLifetime;
  refreshGraceSeconds: number;
  failuresPerAddress: number;
  trustedProxies: string[];
  adminUsername: string;
  adminPassword: Secret | undefined;
  seedDemo: boolean;
  paymentLimits: PaymentLimits;
  documentLimits: DocumentLimits;
  operationTimeoutSeconds: number;
  trustedDocuments: string | undefined;
  mostRequests: number;
  drainSeconds: number;
  tls: { cert: string; key: string } | undefined;
  redirectPort: number | undefined;
  metricsToken: Secret | undefined;
  metricsPort: number | undefined;
  corsOrigins: string[];
  sandbox: boolean;
  introspection: boolean;
  logLevel: string;
}

/**
 * Reads the environment once. An empty variable counts as unset.
 *
 * @throws ConfigError with every problem at once
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = z.object(variables).safeParse(given);
  const issues = parsed.error?.issues ?? [];
  const problems = [
    ...issues.map(({ path, message }) => `${path.join('.')} ${message}.`),
    ...inconsistencies(given),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems.join('\n'));
  return toConfig(parsed.data);
}

type Variables = z.output<z.ZodObject<typeof variables>>;

/** What no variable alone can show, of the environment as it stands: it is told along with what is wrong in itself. */
function inconsistencies(given: Record<string, string | undefined>): string[] {
  const problems: string[] = [];
  if (given.DATABASE_URL !== undefined && given.JWT_SECRET === undefined && given.JWT_KEYS === undefined) {
    problems.push(
      'JWT_SECRET is not set, and with DATABASE_URL it must be; `openssl rand -base64 48` makes one.',
    );
  }
  if ((given.TLS_CERT === undefined) !== (given.TLS_KEY === undefined)) {
    problems.push('TLS_CERT and TLS_KEY go together: set both, or none.');
  }
  if (given.HTTP_REDIRECT_PORT !== undefined && given.TLS_CERT === undefined) {
    problems.push('HTTP_REDIRECT_PORT has nowhere to redirect to without TLS_CERT and TLS_KEY.');
  }
  const host = given.HOST ?? '127.0.0.1';
  const hasProxies = /[^\s,]/.test(given.TRUSTED_PROXIES ?? '');
  const plainAndPublic = given.TLS_CERT === undefined && !hasProxies && !isLoopback(host);
  if (given.NODE_ENV === 'production' && plainAndPublic && given.INSECURE_HTTP !== 'on') {
    problems.push(
      `HOST ${host} is reachable from other machines, and passwords and tokens would cross the network in the open. Set TLS_CERT and TLS_KEY, or TRUSTED_PROXIES to the proxy that adds TLS, or INSECURE_HTTP=on.`,
    );
  }
  const weakness =
    given.ADMIN_PASSWORD !== undefined &&
    checkPassword(given.ADMIN_PASSWORD, given.ADMIN_USERNAME ?? 'admin');
  if (weakness) problems.push(`ADMIN_PASSWORD ${weakness}.`);
  return problems;
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    rest.length === 0 &&
    most >= 0 &&
    (bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= most))
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.[0-9]{1,3}){3}$/.test(host);
}

function toConfig(v: Variables): Config {
  const production = v.NODE_ENV === 'production';
  return {
    host: v.HOST,
    port: v.PORT,
    publicUrl: v.PUBLIC_URL?.replace(/\/+$/, ''),
    databaseUrl: v.DATABASE_URL,
    databasePoolSize: v.DATABASE_POOL_SIZE,
    dataDir: resolve(v.DATA_DIR),
    jwtSecret: v.JWT_SECRET,
    dataKey: v.DATA_KEY,
    jwtKeys: v.JWT_KEYS,
    jwtEncryptionKey: v.JWT_ENCRYPTION_KEY && parseKey(v.JWT_ENCRYPTION_KEY.reveal()),
    tokenTtlSeconds: v.TOKEN_TTL,
    lifetime: { maxAgeSeconds: v.SESSION_MAX_AGE, idleSeconds: v.SESSION_IDLE },
    refreshGraceSeconds: v.REFRESH_GRACE,
    failuresPerAddress: v.LOGIN_FAILURES_PER_ADDRESS,
    trustedProxies: v.TRUSTED_PROXIES,
    adminUsername: v.ADMIN_USERNAME,
    adminPassword: v.ADMIN_PASSWORD,
    seedDemo: (v.SEED ?? (production ? 'none' : 'demo')) === 'demo',
    paymentLimits: v.MAX_PAYMENT,
    documentLimits: {
      tokens: v.MAX_TOKENS,
      operations: v.MAX_OPERATIONS,
      depth: v.MAX_DEPTH,
      aliases: v.MAX_ALIASES,
      rootFields: v.MAX_ROOT_FIELDS,
      directives: v.MAX_DIRECTIVES,
      fields: v.MAX_FIELDS,
      cost: v.MAX_COST,
      variablesBytes: v.MAX_VARIABLES_BYTES,
    },
    operationTimeoutSeconds: v.OPERATION_TIMEOUT,
    trustedDocuments: v.TRUSTED_DOCUMENTS,
    mostRequests: v.MAX_REQUESTS,
    drainSeconds: v.DRAIN_SECONDS,
    tls: v.TLS_CERT && v.TLS_KEY ? { cert: v.TLS_CERT, key: v.TLS_KEY } : undefined,
    redirectPort: v.HTTP_REDIRECT_PORT,
    metricsToken: v.METRICS_TOKEN,
    metricsPort: v.METRICS_PORT,
    corsOrigins: v.CORS_ORIGINS,
    sandbox: v.SANDBOX ?? !production,
    introspection: v.INTROSPECTION ?? !production,
    logLevel: v.LOG_LEVEL,
  };
}

function fail(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

const secondsByUnit: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A bare number counts seconds. */
function parseDuration(value: string): number | undefined {
  const match = /^(0|[1-9][0-9]{0,8})([smhd]?)$/.exec(value);
  return match ? Number(match[1]) * (secondsByUnit[match[2] || 's'] ?? 0) : undefined;
}

const keyBytes = 32;

/** Also 32 characters as they stand. */
function parseKey(value: string): Uint8Array | undefined {
  const candidates = [
    /^[0-9a-f]{64}$/i.test(value) ? Buffer.from(value, 'hex') : undefined,
    /^[A-Za-z0-9+/_-]{43}=?$/.test(value) ? Buffer.from(value, 'base64') : undefined,
    Buffer.from(value, 'utf8'),
  ];
  return candidates.find((bytes) => bytes?.length === keyBytes);
}

function parseLimits(value: string): PaymentLimits | undefined {
  const [units = '', ...rest] = value.split(',').map((part) => part.trim());
  const byCurrency = rest.map((part) => /^([A-Z]{3})=([1-9][0-9]{0,14})$/.exec(part));
  if (!/^[1-9][0-9]{0,14}$/.test(units) || byCurrency.some((match) => !match?.[1] || !isCurrency(match[1])))
    return undefined;
  return {
    units: BigInt(units),
    unitsByCurrency: new Map(
      byCurrency.map((match): [string, bigint] => [match?.[1] ?? '', BigInt(match?.[2] ?? 0)]),
    ),
  };
}
