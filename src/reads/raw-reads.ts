import { getArgumentValues, isObjectType } from 'graphql';
import type { Database } from '../database/database.js';
import { join, type Sql, sql } from '../database/sql.js';
import { AppError } from '../values/app-error.js';
import { type List, type ListRequest, nestedPageJoin, onlyRow, pageQuery, parseList } from './lists.js';
import { RawJson } from './raw-json.js';
import type { RawPlans, RawRows } from './raw-rows.js';
import type { FieldInfo, RequestedField } from './requested-fields.js';
import type { Table, Today } from './table.js';

/** Thrown before anything is read, where a field has to be resolved by itself after all: its arguments are at fault. */
export class NotRaw extends Error {}

export interface RawReadsOptions<Viewer> {
  database: Database;
  today: Today;
  viewer: Viewer;
  rawPlans: RawPlans<Viewer>;
}

/** What is requested of each row, and where in the operation. */
interface RawRequest {
  fields: readonly RequestedField[];
  info: FieldInfo;
}

/** Reads whose rows become JSON as text: PostgreSQL writes them, nested pages included. */
export class RawReads<Viewer> {
  readonly #options: RawReadsOptions<Viewer>;

  constructor(options: RawReadsOptions<Viewer>) {
    this.#options = options;
  }

  /** @returns null where there is no such row, or none that the viewer may see */
  async byId(
    table: Table<unknown, Viewer>,
    id: string,
    { fields, info }: RawRequest,
  ): Promise<RawJson | null> {
    const { database, viewer, rawPlans } = this.#options;
    const raw = rawPlans.rows(table, fields);
    const nested = this.#nestedRequests(table, raw, info);
    // LIMIT has PostgreSQL read one row for each of the operations that share the statement, and not join all rows.
    const [found] = await database.rowsTogether<{ row: string }>(sql`
      SELECT ${raw.text.row} AS row FROM ${this.#source(table, raw, nested)}
      WHERE ${table.id} = ${id}::uuid AND ${table.visibleTo(viewer)} LIMIT 1`);
    return found ? new RawJson(raw.text.json(found.row, nested)) : null;
  }

  /** @param read in the lane that the list belongs to */
  async list(
    list: List<unknown, Viewer, never>,
    request: ListRequest,
    { fields, info }: RawRequest,
    read: <Result extends object>(statement: Sql) => Promise<Result[]>,
  ): Promise<RawJson> {
    const page = this.#options.rawPlans.page(list, fields);
    const nested = this.#nestedRequests(list.table, page.rows, info);
    const source = { text: page.rows.text, from: this.#source(list.table, page.rows, nested) };
    const maxRows = page.needsNext ? request.limit + 1 : request.limit;
    const rows = await read<{ page: string }>(pageQuery(list, request, source, maxRows));
    return new RawJson(page.write(page.rows.text.rowsOf(onlyRow(rows).page), request, nested));
  }

  /** @throws NotRaw on arguments that are at fault */
  #nestedRequests(
    table: Table<unknown, Viewer>,
    { nested }: RawRows<Viewer>,
    info: FieldInfo,
  ): ListRequest[] {
    return nested.map(({ list, field }) => {
      try {
        return parseList(list, this.#options.viewer, parseArguments(table, field, info), this.#options.today);
      } catch (error) {
        throw error instanceof AppError ? new NotRaw() : error;
      }
    });
  }

  #source(
    table: Table<unknown, Viewer>,
    { joins, nested }: RawRows<Viewer>,
    requests: readonly ListRequest[],
  ): Sql {
    const pages = requests.flatMap((request, index) => {
      const found = nested[index];
      if (!found) return [];
      const { list, page } = found;
      const source = {
        text: page.rows.text,
        from: sql`${list.table.from(this.#options.today.day)} ${page.rows.joins}`,
        parent: sql`${list.parent} = ${table.id}`,
      };
      const maxRows = page.needsNext ? request.limit + 1 : request.limit;
      return [nestedPageJoin(index, pageQuery(list, request, source, maxRows))];
    });
    return join([table.from(this.#options.today.day), joins, ...pages], ' ');
  }
}

/** The arguments of a field within a row, which graphql-js has validated. */
function parseArguments(
  { typename }: Table<unknown, never>,
  { name, nodes: [node] }: RequestedField,
  { schema, variableValues }: FieldInfo,
): never {
  const type = schema.getType(typename);
  const field = isObjectType(type) ? type.getFields()[name] : undefined;
  if (!field) throw new Error(`no such field: ${typename}.${name}`);
  return getArgumentValues(field, node, variableValues) as never;
}
