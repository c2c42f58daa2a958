import type { ClientConfig } from 'pg';
import { withAppRole } from '../database/app-role.js';
import { connectionOf } from '../database/connection.js';
import { type Database, openDatabase } from '../database/database.js';
import { explainConnection } from '../database/explain-connection.js';
import { applyMigrations } from '../database/migrate.js';
import { findRunningPostgres, startEmbeddedPostgres } from '../embedded-postgres/start.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Tracing } from '../telemetry/tracing/tracing.js';
import type { Secret } from '../values/secret.js';
import type { Config } from './config.js';
import { keptSecret } from './data-dir.js';
import type { Overrides } from './overrides.js';

/** The database, running and migrated, and the secrets that belong to it. */
export interface Store {
  readonly database: Database;
  readonly connection: ClientConfig;
  /** Whether it is the PostgreSQL below DATA_DIR. */
  readonly embedded: boolean;
  readonly jwtSecret: Secret | undefined;
  readonly dataKey: Secret | undefined;
  close(): Promise<void>;
}

/** The database can't be had; the message says why in one line, for the person who starts Stipend. */
export class StoreError extends Error {}

const afterTheOperationMs = 250;

export interface StoreOptions extends Pick<Overrides, 'log' | 'onProgress' | 'onStatement'> {
  metrics?: Metrics;
  tracing?: Tracing;
  /** Whether the PostgreSQL below DATA_DIR may be one that another process runs: for commands beside a server. */
  beside?: boolean;
}

/**
 * @throws DataDirInUse when another process has DATA_DIR, unless this is to work beside it
 * @throws StoreError when the database of DATABASE_URL can't be reached or brought up to date
 */
export async function openStore(config: Config, options: StoreOptions): Promise<Store> {
  const { log, onProgress, onStatement, metrics, tracing } = options;
  const embedded = config.databaseUrl === undefined;
  const { connection: owner, stop } = config.databaseUrl
    ? { connection: connectionOf(config.databaseUrl.reveal()), stop: async () => {} }
    : await connectEmbedded(config, options);
  try {
    onProgress?.('Applying migrations');
    const connection = await migrate(owner, embedded);
    const [jwtSecret, dataKey] = await Promise.all([
      config.jwtSecret ?? (embedded ? keptSecret(config.dataDir, 'jwt-secret') : undefined),
      config.dataKey ?? (embedded ? keptSecret(config.dataDir, 'data-key') : undefined),
    ]);
    const database = openDatabase({
      connection,
      poolSize: config.databasePoolSize,
      // A little later than the operation's own limit, which is to be the one that answers.
      statementTimeoutMs: config.operationTimeoutSeconds * 1_000 + afterTheOperationMs,
      onConnectionLost: (err) => log.warn({ err }, 'a database connection was lost'),
      ...(onStatement && { onStatement }),
      ...(metrics && { onRows: metrics.statement }),
      tracing: tracing?.statements,
    });
    const close = async () => {
      await database.close();
      await stop();
    };
    return { database, connection, embedded, jwtSecret, dataKey, close };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connectEmbedded(
  { dataDir }: Config,
  { log, onProgress, beside }: StoreOptions,
): Promise<{ connection: ClientConfig; stop: () => Promise<void> }> {
  const running = beside ? await findRunningPostgres(dataDir) : undefined;
  if (running) return { connection: running, stop: async () => {} };
  const postgres = await startEmbeddedPostgres({
    dataDir,
    onProgress: onProgress ?? (() => {}),
    onLog: (line) => log.debug({ line }, 'postgres'),
  });
  return { connection: postgres.connection, stop: () => postgres.stop() };
}

/** @returns the connection for everything that comes after: as the application's role */
async function migrate(connection: ClientConfig, embedded: boolean): Promise<ClientConfig> {
  try {
    await applyMigrations(connection);
    return await withAppRole(connection);
  } catch (error) {
    throw embedded ? error : new StoreError(explainConnection(error), { cause: error });
  }
}
