import type { Sql } from '../database/sql.js';
import { type Column, nullUnder, objectJson } from './columns.js';
import { type List, type NestedList, nestedPageColumn } from './lists.js';
import type { PageRequest } from './pages.js';
import type { RequestedField } from './requested-fields.js';
import { type PageOfRows, type Piece, type RowText, rowText } from './row-text.js';
import { joinsOf, type Related, type Table } from './table.js';

/** The lists that are fields of objects, by the object's type and the field's name. */
export type NestedLists<Viewer> = Readonly<
  Record<string, Readonly<Record<string, NestedList<unknown, Viewer, never>>>>
>;

/** How rows are read of which the answer's JSON is written. */
export interface RawRows<Viewer> {
  readonly text: RowText;
  /** What the requested fields are made of beside the table. */
  readonly joins: Sql;
  readonly nested: ReadonlyArray<RawNestedPage<Viewer>>;
}

interface RawNestedPage<Viewer> {
  readonly list: NestedList<unknown, Viewer, never>;
  /** Its arguments are in the document. */
  readonly field: RequestedField;
  readonly page: RawPage<Viewer>;
}

/** How a page is read of which the answer's JSON is written. */
export interface RawPage<Viewer> {
  readonly rows: RawRows<Viewer>;
  /** Whether it is to be known if another page follows. */
  readonly needsNext: boolean;
  write(rows: PageOfRows, request: PageRequest, nested?: readonly PageRequest[]): string;
}

/** How to read what known operations request, by the lists of fields: they are the same objects each time. */
export class RawPlans<Viewer> {
  readonly #lists: NestedLists<Viewer>;
  readonly #rows = new WeakMap<readonly RequestedField[], RawRows<Viewer>>();
  readonly #pages = new WeakMap<readonly RequestedField[], RawPage<Viewer>>();

  constructor(lists: NestedLists<Viewer>) {
    this.#lists = lists;
  }

  /** Whether the answer can be written of a row. */
  hasRows(table: Table<unknown, Viewer>, fields: readonly RequestedField[]): boolean {
    return rawRows(table, fields, this.#lists) !== undefined;
  }

  /** Whether the answer can be written of the rows of a page. */
  hasPage(list: List<unknown, Viewer, never>, fields: readonly RequestedField[]): boolean {
    return rawPage(list, fields, this.#lists) !== undefined;
  }

  rows(table: Table<unknown, Viewer>, fields: readonly RequestedField[]): RawRows<Viewer> {
    const found = this.#rows.get(fields) ?? rawRows(table, fields, this.#lists);
    if (!found) throw new Error('a requested field can not be written of a row');
    this.#rows.set(fields, found);
    return found;
  }

  page(list: List<unknown, Viewer, never>, fields: readonly RequestedField[]): RawPage<Viewer> {
    const found = this.#pages.get(fields) ?? rawPage(list, fields, this.#lists);
    if (!found) throw new Error('a requested field can not be written of a page');
    this.#pages.set(fields, found);
    return found;
  }
}

/** @returns undefined where one of the fields has to be resolved by itself */
function rawRows<Viewer>(
  table: Table<unknown, Viewer>,
  fields: readonly RequestedField[],
  lists: NestedLists<Viewer>,
  sortKey: readonly Column[] = [],
): RawRows<Viewer> | undefined {
  const nested: RawNestedPage<Viewer>[] = [];
  const joins: Sql[] = [];
  const entries = fields.map((field): readonly [string, readonly Piece[]] | undefined => {
    const own = table.fields[field.name];
    const related = table.related[field.name];
    const list = lists[table.typename]?.[field.name];
    const join = own?.join ?? related?.join;
    if (join) joins.push(join);
    const pieces =
      columnPieces(table, field) ??
      (related && relatedPieces(related, field)) ??
      (list && nestedPieces(list, field, lists, nested));
    return pieces && [field.responseName, pieces];
  });
  const found = entries.flatMap((entry) => (entry ? [entry] : []));
  if (found.length < entries.length) return undefined;
  return { text: rowText(objectPieces(found), sortKey, table.nesting), joins: joinsOf(joins), nested };
}

/** What is made of the row's columns, or is the type's name. */
function columnPieces(
  { typename, fields }: Pick<Related, 'typename' | 'fields'>,
  { name, fields: inner }: RequestedField,
): readonly Piece[] | undefined {
  if (name === '__typename') return [`"${typename}"`];
  const field = fields[name];
  if (!field || inner.length === 0) return field?.json;
  if (!field.parts) return undefined;
  const { typename: partType, members } = field.parts;
  const entries = inner.flatMap((part) => {
    const json = part.name === '__typename' ? [`"${partType}"`] : members[part.name];
    return json ? [[part.responseName, json] as const] : [];
  });
  return entries.length === inner.length ? nullUnder(objectJson(entries), field.unless) : undefined;
}

function relatedPieces(related: Related, { fields }: RequestedField): readonly Piece[] | undefined {
  const entries = fields.flatMap((field) => {
    const pieces = columnPieces(related, field);
    return pieces ? [[field.responseName, pieces] as const] : [];
  });
  return entries.length === fields.length ? objectPieces(entries) : undefined;
}

function nestedPieces<Viewer>(
  list: NestedList<unknown, Viewer, never>,
  field: RequestedField,
  lists: NestedLists<Viewer>,
  nested: RawNestedPage<Viewer>[],
): readonly Piece[] | undefined {
  const page = rawPage(list, field.fields, lists);
  // A separator for one level of nesting, and no more.
  if (!page || page.rows.nested.length > 0 || list.table.nesting !== 'inner') return undefined;
  const index = nested.push({ list, field, page }) - 1;
  const write = (text: string, request: PageRequest) => page.write(page.rows.text.rowsOf(text), request);
  return [{ page: index, sql: nestedPageColumn(index), write }];
}

/**
 * @param fields requested of the connection
 * @returns undefined where one of the fields has to be resolved by itself, or rows are requested twice
 */
function rawPage<Viewer>(
  { table, order }: Pick<List<unknown, Viewer, never>, 'table' | 'order'>,
  fields: readonly RequestedField[],
  lists: NestedLists<Viewer>,
): RawPage<Viewer> | undefined {
  const nodes = fields.flatMap((field) => {
    if (field.name === 'nodes') return [field];
    return field.name === 'edges' ? field.fields.filter(({ name }) => name === 'node') : [];
  });
  const sortKey = order.columns.map(({ column }) => column);
  const rows = nodes.length > 1 ? undefined : rawRows(table, nodes[0]?.fields ?? [], lists, sortKey);
  const writers = fields.map((field) => pageFieldWriter(field, table.typename));
  const known = writers.flatMap((writer) => writer ?? []);
  if (!rows || known.length < writers.length) return undefined;
  return {
    rows,
    needsNext: fields.some(({ name }) => name === 'pageInfo'),
    write: (found, request, nested) => {
      const page = { rows: found, count: Math.min(found.count, request.limit), request, nested };
      return `{${known.map((write) => write(page)).join()}}`;
    },
  };
}

interface ReadPage {
  rows: PageOfRows;
  /** How many of the rows are on the page. */
  count: number;
  request: PageRequest;
  nested: readonly PageRequest[] | undefined;
}

type PageWriter = (page: ReadPage) => string;

/** @returns what writes the field with its name, or undefined for a field that has to be resolved by itself */
function pageFieldWriter(
  { name, responseName, fields }: RequestedField,
  typename: string,
): PageWriter | undefined {
  const named =
    (write: PageWriter): PageWriter =>
    (page) =>
      `"${responseName}":${write(page)}`;
  switch (name) {
    case '__typename':
      return named(() => `"${typename}Connection"`);
    case 'nodes':
      return named(({ rows, count, nested }) => listOf(count, (index) => rows.json(index, nested)));
    case 'edges': {
      return named((page) => listOf(page.count, (index) => edge(page, index, fields, typename)));
    }
    case 'pageInfo':
      return named((page) => JSON.stringify(pageInfo(page, fields)));
    default:
      return undefined;
  }
}

function listOf(count: number, item: (index: number) => string): string {
  let text = '[';
  for (let index = 0; index < count; index++) text += (index > 0 ? ',' : '') + item(index);
  return `${text}]`;
}

function edge(page: ReadPage, index: number, fields: readonly RequestedField[], typename: string): string {
  const members = fields.map(({ name, responseName }) => {
    if (name === '__typename') return `"${responseName}":"${typename}Edge"`;
    if (name === 'cursor') return `"${responseName}":"${cursorAt(page, index)}"`;
    return `"${responseName}":${page.rows.json(index, page.nested)}`;
  });
  return `{${members.join()}}`;
}

function pageInfo(page: ReadPage, fields: readonly RequestedField[]): Record<string, unknown> {
  const values: Record<string, () => unknown> = {
    __typename: () => 'PageInfo',
    hasNextPage: () => page.rows.count > page.request.limit,
    hasPreviousPage: () => page.request.after !== undefined,
    startCursor: () => (page.count === 0 ? null : cursorAt(page, 0)),
    endCursor: () => (page.count === 0 ? null : cursorAt(page, page.count - 1)),
  };
  return Object.fromEntries(fields.map(({ name, responseName }) => [responseName, values[name]?.()]));
}

function cursorAt({ rows, request }: ReadPage, index: number): string {
  return request.cursorOf(rows.position(index));
}

function objectPieces(entries: ReadonlyArray<readonly [string, readonly Piece[]]>): Piece[] {
  const members = entries.flatMap(([name, pieces], index) => [
    `${index === 0 ? '' : ','}"${name}":`,
    ...pieces,
  ]);
  return ['{', ...members, '}'];
}
