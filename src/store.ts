import { createSecretKey, randomBytes } from 'node:crypto';
import type { ClientConfig } from 'pg';
import type { Overrides } from './app.js';
import { createPasswordHasher } from './auth/passwords.js';
import { systemClock } from './clock.js';
import { type Config, ConfigError, type Secret } from './config.js';
import type { Deps } from './context.js';
import { keptSecret } from './data-dir.js';
import { openDatabase } from './database/database.js';
import { isDatabaseUnavailable } from './database/database-errors.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './database/embedded/start.js';
import { applyMigrations } from './database/migrate.js';
import { loadDemoCompany } from './demo/load-demo-company.js';
import { createAccountVault } from './employees/bank-account.js';
import { createCursors } from './pagination.js';
import { sharedValue } from './shared-values.js';
import { createFirstAdmin, type NewAccount } from './users/first-admin.js';

/** The database, ready for use: running, migrated, with its secrets and its first accounts. */
export interface Store {
  readonly deps: Omit<Deps, 'tokens'>;
  readonly jwtSecret: Secret;
  /** The accounts that opening it has made. */
  readonly newAccounts: NewAccount[];
  close(): Promise<void>;
}

/** The database can't be had; the message says why in one line, for the person who starts Stipend. */
export class StoreError extends Error {}

const sessionMaxAgeSeconds = 30 * 86_400;
const statementTimeoutMs = 10_000;
const passwordHashing = { concurrency: 2, longestQueue: 100 };

/**
 * @throws ConfigError when a secret is missing
 * @throws DataDirInUse when another process has DATA_DIR
 * @throws StoreError when the database of DATABASE_URL can't be reached
 */
export async function openStore(config: Config, overrides: Overrides): Promise<Store> {
  const progress = overrides.onProgress ?? (() => {});
  const embedded = config.databaseUrl ? undefined : await startEmbedded(config, overrides);
  try {
    const connection = embedded?.connection ?? { connectionString: config.databaseUrl?.reveal() ?? '' };
    progress('Applying migrations');
    await migrate(connection, config);
    const { deps, jwtSecret } = await createDeps(config, overrides, connection, embedded);
    const newAccounts = await createFirstAccounts(deps, config, embedded, progress);
    return {
      deps,
      jwtSecret,
      newAccounts,
      close: async () => {
        await deps.database.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

function startEmbedded(config: Config, { log, onProgress }: Overrides): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDir: config.dataDir,
    onProgress: onProgress ?? (() => {}),
    onLog: (line) => log.debug({ line }, 'postgres'),
  });
}

async function migrate(connection: ClientConfig, config: Config): Promise<void> {
  try {
    await applyMigrations(connection);
  } catch (error) {
    if (!config.databaseUrl) throw error;
    throw new StoreError(explainConnection(error), { cause: error });
  }
}

async function createDeps(
  config: Config,
  overrides: Overrides,
  connection: ClientConfig,
  embedded: EmbeddedPostgres | undefined,
): Promise<{ deps: Store['deps']; jwtSecret: Secret }> {
  const { log } = overrides;
  const kept = (name: string) => (embedded ? keptSecret(config.dataDir, name) : undefined);
  const jwtSecret = config.jwtSecret ?? (await kept('jwt-secret'));
  const dataKey = config.dataKey ?? (await kept('data-key'));
  if (!jwtSecret) throw new ConfigError('JWT_SECRET is not set, and with DATABASE_URL it must be.');
  if (!dataKey) log.warn('DATA_KEY is not set: no bank account number can be stored');
  const database = openDatabase({
    connection,
    poolSize: config.databasePoolSize,
    statementTimeoutMs,
    onConnectionLost: (err) => log.warn({ err }, 'a database connection was lost'),
    ...(overrides.onStatement && { onStatement: overrides.onStatement }),
  });
  const deps = {
    database,
    clock: overrides.clock ?? systemClock,
    passwords: await createPasswordHasher(passwordHashing),
    cursors: createCursors(createSecretKey(await sharedValue(database, 'cursor-key', () => randomBytes(32)))),
    vault: dataKey && createAccountVault(dataKey),
    paymentLimits: config.paymentLimits,
    tokenTtlSeconds: config.tokenTtlSeconds,
    sessionMaxAgeSeconds,
  };
  return { deps, jwtSecret };
}

async function createFirstAccounts(
  deps: Store['deps'],
  config: Config,
  embedded: EmbeddedPostgres | undefined,
  progress: (message: string) => void,
): Promise<NewAccount[]> {
  const admin = await createFirstAdmin(deps, config);
  if (!admin) return [];
  if (!embedded || !config.seedDemo) return [admin];
  progress('Loading the demo company');
  return [admin, ...(await loadDemoCompany(deps))];
}

function explainConnection(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The host of DATABASE_URL is not known. Check its name.';
    case '28P01':
    case '28000':
      return "The database refuses DATABASE_URL's user or password. Check both.";
    case '3D000':
      return 'The database that DATABASE_URL names does not exist. Create it, empty, and start again.';
    case '42501':
      return "DATABASE_URL's user may not create tables. Make that user the database's owner.";
  }
  if (isDatabaseUnavailable(error)) {
    return `The database of DATABASE_URL can't be reached${code && ` (${code})`}. Check its host and port, and that PostgreSQL runs there.`;
  }
  return `The database of DATABASE_URL can't be brought up to date: ${error instanceof Error ? error.message.split('\n')[0] : ''}`;
}
