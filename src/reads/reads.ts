import DataLoader from 'dataloader';
import type { FieldNode } from 'graphql';
import { type Sql, sql } from '../database/sql.js';
import { lazy } from '../values/lazy.js';
import {
  type Counted,
  countQuery,
  type List,
  type ListRequest,
  type NestedList,
  onlyRow,
  type PageSource,
  pageQuery,
  parseList,
  toCount,
  toPage,
} from './lists.js';
import { type Count, maxPageLength, type Page, type PageArgs } from './pages.js';
import type { RawJson } from './raw-json.js';
import { RawReads, type RawReadsOptions } from './raw-reads.js';
import { type FieldInfo, type RequestedField, rowsToRead } from './requested-fields.js';
import type { PageOfRows } from './row-text.js';
import type { Table, Today } from './table.js';

/** A way to find a table's rows: by a column that no two rows have in common. */
export interface Lookup<Row, Viewer> {
  readonly table: Table<Row, Viewer>;
  readonly key: Sql;
}

/** The fields of an operation's root whose answers are written as JSON, with what is requested of each. */
export type RawFields = ReadonlyMap<FieldNode, readonly RequestedField[]>;

export interface ReadsOptions<Viewer> extends RawReadsOptions<Viewer> {
  rawFields?: RawFields | undefined;
}

/**
 * The reads of one request: of an object by its id, of a list, and of a list of each of several objects. All of them
 * go by the table's `visibleTo`. Reads of one kind that sibling fields need are one statement. Nothing is kept: within
 * one request, a mutation may change what a later field reads.
 */
export class Reads<Viewer> {
  readonly #options: ReadsOptions<Viewer>;
  readonly #today: Today;
  readonly #raw: RawReads<Viewer>;
  readonly #lookups = new Map<Sql, DataLoader<string, string | null>>();
  readonly #nested = new Map<object, Map<string, DataLoader<string, NestedPage>>>();

  constructor(options: ReadsOptions<Viewer>) {
    this.#options = options;
    this.#today = options.today;
    this.#raw = new RawReads(options);
  }

  /** @returns null where there is no such row, or none that the viewer may see */
  byId<Row>(table: Table<Row, Viewer>, id: string): Promise<Row | null>;
  /** @param info of a field of the operation's root: its answer may be JSON */
  byId<Row>(table: Table<Row, Viewer>, id: string, info: FieldInfo): Promise<Row | RawJson | null>;
  byId<Row>(table: Table<Row, Viewer>, id: string, info?: FieldInfo): Promise<Row | RawJson | null> {
    const fields = info && this.#rawFields(info);
    return info && fields
      ? this.#raw.byId(table, id, { fields, info })
      : this.find({ table, key: table.id }, id);
  }

  /** The same for a foreign key that may be null. */
  byIdOrNull<Row>(table: Table<Row, Viewer>, id: string | null): Promise<Row | null> | null {
    return id === null ? null : this.byId(table, id);
  }

  /** The same for a foreign key to a row that everybody sees who sees the row with the key. */
  async byForeignKey<Row>(table: Table<Row, Viewer>, id: string): Promise<Row> {
    const row = await this.byId(table, id);
    if (row === null) throw new Error(`a row of ${table.typename} that another one refers to is missing`);
    return row;
  }

  /** The row with this key, if there is one that the viewer may see. */
  async find<Row>(lookup: Lookup<Row, Viewer>, key: string): Promise<Row | null> {
    const loader = this.#lookups.get(lookup.key) ?? uncached((keys) => this.#findAll(lookup, keys));
    this.#lookups.set(lookup.key, loader);
    const row = await loader.load(key);
    return row === null ? null : lookup.table.parse(row);
  }

  /**
   * A page of a list.
   *
   * @throws AppError BAD_USER_INPUT on a bad page or filter
   */
  async list<Row, Args extends PageArgs & { filter?: unknown }>(
    list: List<Row, Viewer, Args>,
    args: Args,
    info: FieldInfo,
  ): Promise<Page<Row> | RawJson> {
    const { database, viewer } = this.#options;
    const request = parseList(list, viewer, args, this.#today);
    // What is filtered may take long, and must not hold up others.
    const read = args.filter == null ? database.lists.rowsTogether : database.slowRows;
    const fields = this.#rawFields(info);
    if (fields) return this.#raw.list(list, request, { fields, info }, read);
    const source = this.#wholeRows(list);
    const rows = await read<{ page: string }>(pageQuery(list, request, source, rowsToRead(request, info)));
    return toPage(list.table, request, source.text.rowsOf(onlyRow(rows).page), async () => {
      const from = list.countFrom ?? list.table.from(this.#today.day);
      return toCount(onlyRow(await database.slowRows<Counted>(countQuery(list, from, request.where))));
    });
  }

  /** A page of the list that belongs to a row. */
  async nested<Row, Args extends PageArgs & { filter?: unknown }>(
    list: NestedList<Row, Viewer, Args>,
    parentId: string,
    args: Args,
    maxRows?: number,
  ): Promise<Page<Row>> {
    const byArgs = this.#nested.get(list) ?? new Map<string, DataLoader<string, NestedPage>>();
    this.#nested.set(list, byArgs);
    // A field may be in a document twice, under two names and with other arguments.
    const key = JSON.stringify(args);
    const loader =
      byArgs.get(key) ?? uncached((parentIds) => this.#nestedPages(list, parentIds, args, maxRows));
    byArgs.set(key, loader);
    const { request, rows, count } = await loader.load(parentId);
    return toPage(list.table, request, rows, count);
  }

  /** All rows of the list that belongs to a row, for a list that is known to be short. */
  async children<Row>(list: NestedList<Row, Viewer>, parentId: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (let after: string | null = null; ; ) {
      const page: Page<Row> = await this.nested(list, parentId, { first: maxPageLength, after });
      rows.push(...page.nodes);
      if (!page.hasNextPage) return rows;
      after = page.cursorAt(page.nodes.length - 1);
    }
  }

  /** The first row of the list that belongs to a row, or null where there is none. */
  async first<Row, Args extends PageArgs>(
    list: NestedList<Row, Viewer, Args>,
    parentId: string,
    args: Args,
  ): Promise<Row | null> {
    const { nodes } = await this.nested(list, parentId, { ...args, first: 1 }, 1);
    return nodes[0] ?? null;
  }

  #rawFields({ fieldNodes: [node] }: FieldInfo): readonly RequestedField[] | undefined {
    return node && this.#options.rawFields?.get(node);
  }

  async #findAll(
    { table, key }: Lookup<unknown, Viewer>,
    keys: readonly string[],
  ): Promise<Array<string | null>> {
    const { database, viewer } = this.#options;
    const rows = await database.rowsTogether<{ key: string; row: string }>(sql`
      SELECT ${key} AS key, ${table.row} AS row FROM ${table.from(this.#today.day)} ${table.joins}
      WHERE ${key} = ANY(${[...new Set(keys)]}::uuid[]) AND ${table.visibleTo(viewer)}`);
    const found = new Map(rows.map((row) => [row.key, row.row]));
    return keys.map((one) => found.get(one) ?? null);
  }

  async #nestedPages<Args extends PageArgs & { filter?: unknown }>(
    list: NestedList<unknown, Viewer, Args>,
    parentIds: readonly string[],
    args: Args,
    maxRows: number | undefined,
  ): Promise<NestedPage[]> {
    const { database, viewer } = this.#options;
    const request = parseList(list, viewer, args, this.#today);
    const ids = [...new Set(parentIds)];
    const source = { ...this.#wholeRows(list), parent: sql`${list.parent} = wanted.id` };
    // Of one row it is a read by id. Of many it is a list, of as many rows as pages have. What is filtered may take long.
    const unfiltered = ids.length === 1 ? database.rows : database.lists.rows;
    const read = args.filter == null ? unfiltered : database.slowRows;
    const rows = await read<{ id: string; page: string }>(sql`
      SELECT wanted.id, page.page FROM unnest(${ids}::uuid[]) AS wanted (id)
      CROSS JOIN LATERAL (${pageQuery(list, request, source, maxRows ?? request.limit + 1)}) page`);
    const counts = lazy(async () => {
      const counted = await database.slowRows<Counted & { id: string }>(sql`
        SELECT wanted.id, counted.count FROM unnest(${ids}::uuid[]) AS wanted (id)
        CROSS JOIN LATERAL (${countQuery(list, list.table.from(this.#today.day), sql`${source.parent} AND ${request.where}`)}) counted`);
      return new Map(counted.map((row) => [row.id, toCount(row)]));
    });
    const pages = new Map(rows.map(({ id, page }) => [id, source.text.rowsOf(page)]));
    return parentIds.map((id) => {
      const found = pages.get(id);
      if (!found) throw new Error('a page that was read for a row is missing');
      return {
        request,
        rows: found,
        count: async () => (await counts()).get(id) ?? { count: 0, isExact: true },
      };
    });
  }

  #wholeRows({ table, order }: List<unknown, Viewer, never>): PageSource {
    const text = table.sorted(order.columns.map(({ column }) => column));
    return { text, from: sql`${table.from(this.#today.day)} ${table.joins}` };
  }
}

interface NestedPage {
  request: ListRequest;
  rows: PageOfRows;
  count: () => Promise<Count>;
}

function uncached<Value>(read: (keys: readonly string[]) => Promise<Value[]>): DataLoader<string, Value> {
  return new DataLoader(read, { cache: false });
}
