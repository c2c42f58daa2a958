import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { projectRoot } from '../../src/values/project-root.js';

const schemaPath = join(projectRoot, 'prisma', 'schema.prisma');
const noFilters = { externalTables: [], externalEnums: [] };

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

async function withSchemaEngine<T>(
  connection: pg.ClientConfig,
  use: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const pool = new pg.Pool({ ...connection, max: 2, connectionTimeoutMillis: 5_000 });
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
