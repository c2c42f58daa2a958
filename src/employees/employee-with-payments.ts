import { type FieldNode, type GraphQLResolveInfo, getArgumentValues, isObjectType } from 'graphql';
import type { Viewer } from '../accounts/viewer.js';
import { type Database, type Sql, sql } from '../database/database.js';
import type { PaymentFilter } from '../generated/schema-types.js';
import { NotAnswerable } from '../graphql/answered.js';
import { readIssuers } from '../payments/issuers.js';
import { type PagesOfEmployees, pagesOfEmployees } from '../payments/list-payments.js';
import {
  type Asked,
  type AskedField,
  askedAnswer,
  askedOfNodes,
  responseKey,
  soleField,
} from '../reads/asked.js';
import type { Cursors, PageArgs, PageText } from '../reads/pagination.js';
import { AppError } from '../values/app-error.js';
import type { Clock } from '../values/clock.js';
import { dayOf } from '../values/dates.js';
import { type Employee, employeeRows, employeesFor, findEmployees } from './employee.js';
import { visibleEmployees } from './visibility.js';

/** A page of an employee's payments that an operation asks for. */
export interface PaymentsBeside {
  /** The name under which the page is answered. */
  as: string;
  args: PageArgs & { filter?: PaymentFilter | null };
  asked: Asked;
}

/**
 * The pages that can be read by the statement that reads the employee: all of them where the answer is written of the rows, and
 * else the one that is asked for, if no other is.
 *
 * @param info of a field that answers one employee, or several
 */
export function paymentsBeside(info: GraphQLResolveInfo, asked: Asked): PaymentsBeside[] {
  if (asked.answer) return employeeRows.of(asked).pages.map((field) => answeredPage(info, field));
  const place = soleField(info, 'payments');
  const [node] = place?.fieldNodes ?? [];
  if (!place || !node) return [];
  return [{ as: responseKey(node), args: argumentsOf(info, [node]), asked: askedOfNodes(place) }];
}

function answeredPage(info: GraphQLResolveInfo, { as, nodes, fields }: AskedField): PaymentsBeside {
  const [rows] = fields.filter(({ name }) => name === 'nodes');
  return { as, args: argumentsOf(info, nodes), asked: askedAnswer(rows?.fields ?? []) };
}

function argumentsOf(
  { schema, variableValues }: GraphQLResolveInfo,
  [node]: readonly FieldNode[],
): PaymentsBeside['args'] {
  const employee = schema.getType('Employee');
  const field = isObjectType(employee) ? employee.getFields().payments : undefined;
  return field && node ? getArgumentValues(field, node, variableValues) : {};
}

interface FindDeps {
  clock: Clock;
  database: Database;
  cursors: Cursors;
}

/** @returns the same employees as findEmployees, each with the pages of payments, by the same statement */
export async function findEmployeesWithPayments(
  deps: FindDeps,
  viewer: Viewer,
  ids: string[],
  asked: Asked,
  beside: readonly PaymentsBeside[],
): Promise<Map<string, Employee>> {
  if (asked.answer) return findEmployees(deps, viewer, ids, asked, answerPages(deps, viewer, beside));
  const [payments] = beside;
  const pages = payments && pagesOrNone(deps, viewer, payments);
  if (!pages) return findEmployees(deps, viewer, ids, asked);
  const selection = employeeRows.of(asked);
  const from = employeesFor(selection, dayOf(deps.clock.now()), [pages.of(sql`e.id`)]);
  const rows = await deps.database.rowsTogether<PageText & { id: string; row: string }>(sql`
    SELECT e.id, ${selection.row} AS row, page_0.page FROM ${from}
    WHERE e.id = ANY(${ids}::uuid[]) AND ${visibleEmployees(viewer, sql`e.id`)}`);
  const pageOf = pages.read(new Map(rows.map((row) => [row.id, row])));
  await readIssuers(deps, pageOf, payments.asked);
  return new Map(
    rows.map(({ id, row }) => {
      const page = pageOf.get(id);
      const employee = selection.read(row);
      return [id, page ? { ...employee, paymentsRead: { as: payments.as, page } } : employee];
    }),
  );
}

/**
 * The queries of the pages within employees that are written of the rows.
 *
 * @throws NotAnswerable for a page that can't be: the field that asks for it has to say so, in its own place
 */
export function answerPages(deps: FindDeps, viewer: Viewer, beside: readonly PaymentsBeside[]): Sql[] {
  return beside.map((payments) => {
    const pages = pagesOrNone(deps, viewer, payments);
    if (!pages) throw new NotAnswerable();
    return pages.nodesOf(sql`e.id`);
  });
}

function pagesOrNone(
  deps: FindDeps,
  viewer: Viewer,
  { args, asked }: PaymentsBeside,
): PagesOfEmployees | undefined {
  try {
    return pagesOfEmployees(deps, viewer, args, asked);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
