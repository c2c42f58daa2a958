import { resolve } from 'node:path';
import { z } from 'zod';
import { checkPassword } from '../accounts/passwords/password-rules.js';
import type { SessionLifetime } from '../accounts/sessions/live-session.js';
import type { DocumentLimits } from '../graphql/document-limits.js';
import type { TracingOptions } from '../telemetry/tracing/tracing.js';
import { ConfigError } from '../values/config-error.js';
import type { PaymentLimits } from '../values/money.js';
import type { Secret } from '../values/secret.js';
import { withoutSlashAtEnd } from '../values/text.js';
import { documentLimitsOf } from './document-limit-variables.js';
import { parseKey } from './variable-kinds.js';
import { variables } from './variables.js';

export interface Config {
  host: string;
  port: number;
  publicUrl: string | undefined;
  databaseUrl: Secret | undefined;
  listenDatabaseUrl: Secret | undefined;
  /** The files in which the URLs are, and are read again for each new connection. */
  urlFiles: { database: string | undefined; listen: string | undefined };
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
  payRunTimeoutSeconds: number;
  trustedDocuments: string | undefined;
  maxRequests: number;
  maxConnections: number;
  maxRequestsPerAddress: number;
  maxConnectionsPerAddress: number;
  keepAliveSeconds: number;
  drainSeconds: number;
  tls: { cert: string; key: string } | undefined;
  redirectPort: number | undefined;
  /** INSECURE_HTTP allows passwords and tokens to be sent unencrypted. */
  inTheOpen: boolean;
  metricsToken: Secret | undefined;
  metricsPort: number | undefined;
  tracing: TracingOptions | undefined;
  corsOrigins: string[];
  console: boolean;
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
  const urlFiles = { database: given.DATABASE_URL_FILE, listen: given.LISTEN_DATABASE_URL_FILE };
  return toConfig(parsed.data, urlFiles);
}

type Variables = z.output<z.ZodObject<typeof variables>>;

/** Variables of PostgreSQL's own programs that decide where they connect and how safely, and that pg does not read. */
const unheardOf = [
  'PGSERVICE',
  'PGHOSTADDR',
  'PGREQUIREAUTH',
  'PGSSLROOTCERT',
  'PGSSLCERT',
  'PGSSLKEY',
  'PGSSLCRL',
  'PGTARGETSESSIONATTRS',
];

/** Problems of several variables together. They are reported along with those of single variables. */
function inconsistencies(given: Record<string, string | undefined>): string[] {
  const problems: string[] = [];
  if (given.DATABASE_URL !== undefined && given.JWT_SECRET === undefined && given.JWT_KEYS === undefined) {
    problems.push(
      'JWT_SECRET is not set, and DATABASE_URL requires it; `openssl rand -base64 48` makes one.',
    );
  }
  for (const name of unheardOf.filter((name) => given.DATABASE_URL !== undefined && given[name])) {
    problems.push(`${name} is set, and Stipend does not read it: put it into DATABASE_URL, and unset it.`);
  }
  if (given.LISTEN_DATABASE_URL !== undefined && given.DATABASE_URL === undefined) {
    problems.push('LISTEN_DATABASE_URL requires DATABASE_URL.');
  }
  if ((given.TLS_CERT === undefined) !== (given.TLS_KEY === undefined)) {
    problems.push('TLS_CERT and TLS_KEY must be set together.');
  }
  if (given.HTTP_REDIRECT_PORT !== undefined && given.TLS_CERT === undefined) {
    problems.push('HTTP_REDIRECT_PORT requires TLS_CERT and TLS_KEY.');
  }
  const host = given.HOST ?? '127.0.0.1';
  const hasProxies = /[^\s,]/.test(given.TRUSTED_PROXIES ?? '');
  const inTheOpen = isInTheOpen(given.NODE_ENV, host, given.TLS_CERT !== undefined || hasProxies);
  if (inTheOpen && given.INSECURE_HTTP !== 'on') {
    problems.push(
      `HOST ${host} can be reached from other machines, and without TLS, passwords and tokens would be sent unencrypted. Set TLS_CERT and TLS_KEY, or TRUSTED_PROXIES to the reverse proxy that adds TLS, or INSECURE_HTTP=on.`,
    );
  }
  const weakness =
    given.ADMIN_PASSWORD !== undefined &&
    checkPassword(given.ADMIN_PASSWORD, given.ADMIN_USERNAME ?? 'admin');
  if (weakness) problems.push(`ADMIN_PASSWORD ${weakness}.`);
  return problems;
}

function isInTheOpen(nodeEnv: string | undefined, host: string, secured: boolean): boolean {
  return nodeEnv === 'production' && !secured && !isLoopback(host);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.[0-9]{1,3}){3}$/.test(host);
}

function toConfig(v: Variables, urlFiles: Config['urlFiles']): Config {
  const production = v.NODE_ENV === 'production';
  return {
    host: v.HOST,
    port: v.PORT,
    publicUrl: v.PUBLIC_URL && withoutSlashAtEnd(v.PUBLIC_URL),
    databaseUrl: v.DATABASE_URL,
    listenDatabaseUrl: v.LISTEN_DATABASE_URL,
    urlFiles,
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
    documentLimits: documentLimitsOf(v),
    operationTimeoutSeconds: v.OPERATION_TIMEOUT,
    payRunTimeoutSeconds: v.PAY_RUN_TIMEOUT,
    trustedDocuments: v.TRUSTED_DOCUMENTS,
    maxRequests: v.MAX_REQUESTS,
    maxConnections: v.MAX_CONNECTIONS,
    maxRequestsPerAddress: v.MAX_REQUESTS_PER_ADDRESS,
    maxConnectionsPerAddress: v.MAX_CONNECTIONS_PER_ADDRESS,
    keepAliveSeconds: v.KEEP_ALIVE,
    drainSeconds: v.DRAIN_SECONDS,
    tls: v.TLS_CERT && v.TLS_KEY ? { cert: v.TLS_CERT, key: v.TLS_KEY } : undefined,
    redirectPort: v.HTTP_REDIRECT_PORT,
    inTheOpen: isInTheOpen(v.NODE_ENV, v.HOST, v.TLS_CERT !== undefined || v.TRUSTED_PROXIES.length > 0),
    metricsToken: v.METRICS_TOKEN,
    metricsPort: v.METRICS_PORT,
    tracing: v.OTEL_EXPORTER_OTLP_ENDPOINT
      ? {
          endpoint: v.OTEL_EXPORTER_OTLP_ENDPOINT,
          protocol: v.OTEL_EXPORTER_OTLP_PROTOCOL,
          headers: v.OTEL_EXPORTER_OTLP_HEADERS,
          serviceName: v.OTEL_SERVICE_NAME,
        }
      : undefined,
    corsOrigins: v.CORS_ORIGINS,
    console: v.CONSOLE,
    sandbox: v.SANDBOX ?? !production,
    introspection: v.INTROSPECTION ?? !production,
    logLevel: v.LOG_LEVEL,
  };
}
