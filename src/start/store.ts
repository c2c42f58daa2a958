import { createCompany } from '../company/create-company.js';
import { withAppRole } from '../database/app-role.js';
import { type Connection, connectionOf, connectionTo } from '../database/connection.js';
import { type Database, openDatabase } from '../database/database.js';
import { explainConnection } from '../database/explain-connection.js';
import { inspectDatabase, UnsuitableDatabase } from '../database/inspect.js';
import { applyMigrations } from '../database/migrate.js';
import {
  type EmbeddedPostgres,
  findRunningPostgres,
  startEmbeddedPostgres,
} from '../embedded-postgres/start.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Tracing } from '../telemetry/tracing/tracing.js';
import { Cleanup } from '../values/cleanup.js';
import type { Secret } from '../values/secret.js';
import type { Config } from './config.js';
import { storedSecret } from './data-dir.js';
import type { Overrides } from './overrides.js';
import { readSecretFile } from './secret-files.js';

/** The database, running and migrated, and the secrets that belong to it. */
export interface Store {
  readonly database: Database;
  readonly connection: Connection;
  /** To listen for notifications on. */
  readonly listenConnection: Connection;
  /** Whether the database is the PostgreSQL below DATA_DIR. */
  readonly embedded: boolean;
  readonly jwtSecret: Secret | undefined;
  readonly dataKey: Secret | undefined;
  close(): Promise<void>;
}

/** The database cannot be opened. The message says why in one line, for whoever starts Stipend. */
export class StoreError extends Error {}

const statementGraceMs = 250;

export interface StoreOptions extends Pick<Overrides, 'log' | 'onProgress' | 'onStatement'> {
  metrics?: Metrics;
  tracing?: Tracing;
  /** Whether another process may be running the PostgreSQL below DATA_DIR, for commands beside a server. */
  beside?: boolean;
}

/**
 * Opens the database that the configuration names, or the PostgreSQL below DATA_DIR.
 *
 * @throws DataDirInUse when another process uses DATA_DIR, unless `beside`
 * @throws StoreError when the database of DATABASE_URL cannot be reached or migrated
 */
export async function openStore(config: Config, options: StoreOptions): Promise<Store> {
  const { log, onStatement, metrics, tracing } = options;
  const embedded = config.databaseUrl === undefined;
  const cleanup = new Cleanup();
  try {
    const owner = config.databaseUrl
      ? connectionWithFile(config.databaseUrl, config.urlFiles.database)
      : await connectEmbedded(cleanup, config, options);
    for (const each of owner.overridden) log.warn(`a parameter of DATABASE_URL has no effect: ${each}`);
    const connection = await migrate(owner, embedded, options);
    const [jwtSecret, dataKey] = await Promise.all([
      config.jwtSecret ?? (embedded ? storedSecret(config.dataDir, 'jwt-secret') : undefined),
      config.dataKey ?? (embedded ? storedSecret(config.dataDir, 'data-key') : undefined),
    ]);
    const database = openDatabase({
      connection,
      poolSize: config.databasePoolSize,
      // Longer than the operation's own limit, which is the one that should answer.
      statementTimeoutMs: config.operationTimeoutSeconds * 1_000 + statementGraceMs,
      longTransactionMs: config.payRunTimeoutSeconds * 1_000 + statementGraceMs,
      onConnectionLost: (err) => log.warn({ err }, 'a database connection was lost'),
      ...(onStatement && { onStatement }),
      ...(metrics && { onRows: metrics.statement }),
      tracing: tracing?.statements,
    });
    const listenConnection = config.listenDatabaseUrl
      ? connectionWithFile(config.listenDatabaseUrl, config.urlFiles.listen)
      : connection;
    cleanup.defer(() => database.close());
    await createCompany(database, Intl.DateTimeFormat().resolvedOptions().timeZone);
    return {
      database,
      connection,
      listenConnection,
      embedded,
      jwtSecret,
      dataKey,
      close: () => cleanup.run(),
    };
  } catch (error) {
    await cleanup.unwind();
    throw error;
  }
}

async function connectEmbedded(
  cleanup: Cleanup,
  { dataDir }: Config,
  { log, onProgress = () => {}, beside }: StoreOptions,
): Promise<Connection> {
  const running = beside ? await findRunningPostgres(dataDir) : undefined;
  if (running) return embeddedConnection(running);
  const postgres = await startEmbeddedPostgres({
    dataDir,
    onProgress,
    onWarning: (message) => log.warn(message),
    onLog: (line) => log.debug({ line }, 'postgres'),
  });
  cleanup.defer(() => postgres.stop());
  return embeddedConnection(postgres.connection);
}

/** The password may be rotated: the next connection is opened as the file says then, if it can be read. */
function connectionWithFile(url: Secret, path: string | undefined): Connection {
  const connection = connectionOf(url.reveal());
  if (path === undefined) return connection;
  const reread = () => {
    try {
      return connectionOf(readSecretFile(path)).client;
    } catch {
      return undefined;
    }
  };
  return { ...connection, reread };
}

/** Each parameter is given: pg would take a missing one from the PG* variables of the shell. */
function embeddedConnection(address: EmbeddedPostgres['connection']): Connection {
  return connectionTo({ ...address, ssl: false, options: ' ', sslnegotiation: 'postgres' });
}

/** @returns a connection as the application's role */
async function migrate(
  connection: Connection,
  embedded: boolean,
  { log, onProgress }: StoreOptions,
): Promise<Connection> {
  try {
    const inspected = await inspectDatabase(connection);
    onProgress?.('Applying migrations');
    await applyMigrations(inspected, (reason) => {
      onProgress?.(reason);
      log.warn(reason);
    });
    return await withAppRole(inspected);
  } catch (error) {
    if (error instanceof UnsuitableDatabase) throw new StoreError(error.message, { cause: error });
    throw embedded ? error : new StoreError(explainConnection(error), { cause: error });
  }
}
