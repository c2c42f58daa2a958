import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { projectRoot } from '../values/project-root.js';

const schemaPath = join(projectRoot, 'prisma', 'schema.prisma');
const migrationsPath = join(projectRoot, 'prisma', 'migrations');
/** For a host that drops packets without an answer. */
const connectionTimeoutMillis = 5_000;
const noFilters = { externalTables: [], externalEnums: [] };

interface Migration {
  /** Of its folder. */
  name: string;
  sql: string;
}

/**
 * Applies the pending migrations and records them in `_prisma_migrations` as `prisma migrate deploy` does, so that Prisma's
 * own tools understand the database. Processes that start together wait for one another.
 *
 * @returns the names of the applied migrations
 * @throws Error when a migration fails; only its row in `_prisma_migrations` remains of it
 */
export async function applyMigrations(connection: pg.ClientConfig): Promise<string[]> {
  const migrations = await readMigrations();
  const client = new pg.Client({ ...connection, connectionTimeoutMillis });
  await client.connect();
  try {
    // The engine's own lock times out after ten seconds; a large migration in another process may take longer.
    await client.query(`SELECT pg_advisory_lock(hashtext('stipend:migrate'))`);
    if (await isUpToDate(client, migrations)) return [];
    return await withSchemaEngine(connection, async (engine) => {
      const result = await engine.applyMigrations({ migrationsList: toList(migrations), filters: noFilters });
      return result.appliedMigrationNames;
    });
  } finally {
    await client.end();
  }
}

/**
 * Compares the database with schema.prisma.
 *
 * @returns the SQL that would make the database match, or an empty string
 */
export async function schemaDrift(connection: pg.ClientConfig): Promise<string> {
  const files = [{ path: schemaPath, content: await readFile(schemaPath, 'utf8') }];
  return withSchemaEngine(connection, async (engine) => {
    const diff = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: projectRoot },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: noFilters,
    });
    return diff.exitCode === 0 ? '' : (diff.stdout ?? '');
  });
}

async function readMigrations(): Promise<Migration[]> {
  const entries = await readdir(migrationsPath, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => ({
      name,
      sql: await readFile(join(migrationsPath, name, 'migration.sql'), 'utf8'),
    })),
  );
}

/** Saves loading the engine when nothing is pending. */
async function isUpToDate(client: pg.Client, migrations: Migration[]): Promise<boolean> {
  const exists = await client.query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS yes`);
  if (!exists.rows[0].yes) return false;
  const applied = await client.query(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  const checksums = new Map(applied.rows.map((row) => [row.migration_name, row.checksum]));
  return migrations.every(
    ({ name, sql }) => checksums.get(name) === createHash('sha256').update(sql).digest('hex'),
  );
}

function toList(migrations: Migration[]): MigrationList {
  return {
    baseDir: migrationsPath,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}

async function withSchemaEngine<T>(
  connection: pg.ClientConfig,
  use: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const pool = new pg.Pool({ ...connection, max: 2, connectionTimeoutMillis });
  try {
    const wasm = await loadSchemaEngine();
    const schema = await readFile(schemaPath, 'utf8');
    const engine = await wasm.SchemaEngine.new(
      { datamodels: [[schemaPath, schema]] },
      () => {},
      bindMigrationAwareSqlAdapterFactory(migrationAdapter(pool)),
    );
    return await use(engine);
  } finally {
    await pool.end();
  }
}

/**
 * Prisma's adapter with two changes for the schema engine. It sends a script as a whole: the adapter splits it at every
 * semicolon, even within a function's body. And it accepts PostgreSQL's internal "char" type, which the engine's catalog
 * queries return and the adapter refuses.
 */
function migrationAdapter(pool: pg.Pool): PrismaPg {
  const charColumns = reportCharAsText(pool);
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      for (const column of charColumns.get(query.sql) ?? []) {
        result.columnTypes[column] = ColumnTypeEnum.Character;
      }
      return result;
    };
    adapter.executeScript = async (script) => {
      await pool.query(script);
    };
    return adapter;
  };
  return factory;
}

/** @returns the "char" columns by statement, filled as the statements run */
function reportCharAsText(pool: pg.Pool): Map<string, number[]> {
  const charColumns = new Map<string, number[]>();
  const { query: original } = pool;
  const query = (...args: unknown[]): Promise<pg.QueryResult> => Reflect.apply(original, pool, args);
  const observed = async (statement: string | { text: string }, ...rest: unknown[]) => {
    const result = await query(statement, ...rest);
    const { CHAR, TEXT } = pg.types.builtins;
    const columns = (result.fields ?? []).flatMap((field, index) =>
      field.dataTypeID === CHAR ? [index] : [],
    );
    for (const field of result.fields ?? []) if (field.dataTypeID === CHAR) field.dataTypeID = TEXT;
    charColumns.set(typeof statement === 'string' ? statement : statement.text, columns);
    return result;
  };
  Object.assign(pool, { query: observed });
  return charColumns;
}

type SchemaEngineModule = typeof import('@prisma/schema-engine-wasm');

declare global {
  /** The engine keeps its instance in a module, of which a process has one. */
  var stipendSchemaEngine: Promise<SchemaEngineModule> | undefined;
}

function loadSchemaEngine(): Promise<SchemaEngineModule> {
  globalThis.stipendSchemaEngine ??= instantiateSchemaEngine();
  return globalThis.stipendSchemaEngine;
}

/** Instantiates the engine by hand: Node 20 cannot import WebAssembly modules. */
async function instantiateSchemaEngine(): Promise<SchemaEngineModule> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasmPath = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    .replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(await readFile(wasmPath), {
    './schema_engine_bg.js': { ...glue },
  });
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === 'function') start();
  return glue;
}
