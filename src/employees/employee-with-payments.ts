import { type GraphQLResolveInfo, getArgumentValues, getNamedType, isObjectType } from 'graphql';
import type { Viewer } from '../auth/viewer.js';
import type { Clock } from '../clock.js';
import type { Cells } from '../database/columns.js';
import { type Database, sql } from '../database/database.js';
import { AppError } from '../errors.js';
import type { PaymentFilter } from '../generated/resolvers-types.js';
import { type Asked, askedOfNodes, responseKey, soleField } from '../graphql/asked.js';
import type { Cursors, PageArgs } from '../pagination.js';
import { readIssuers } from '../payments/issuers.js';
import { type PagesOfEmployees, pagesOfEmployees } from '../payments/list-payments.js';
import { type Employee, findEmployees } from './employee.js';

/** What an operation asks of an employee's payments, where it asks for one page of them. */
export interface PaymentsBeside {
  /** The name under which the page is answered. */
  as: string;
  args: PageArgs & { filter?: PaymentFilter | null };
  asked: Asked;
}

/** @param info of a field that answers one employee */
export function paymentsBeside(info: GraphQLResolveInfo): PaymentsBeside | undefined {
  const place = soleField(info, 'payments');
  const [node] = place?.fieldNodes ?? [];
  const employee = getNamedType(info.returnType);
  const field = isObjectType(employee) ? employee.getFields().payments : undefined;
  if (!place || !node || !field) return undefined;
  const args = getArgumentValues(field, node, info.variableValues);
  return { as: responseKey(node), args, asked: askedOfNodes(place) };
}

interface FindDeps {
  clock: Clock;
  database: Database;
  cursors: Cursors;
}

/** @returns the same employees as findEmployees, each with the page of payments, by the same statement */
export async function findEmployeesWithPayments(
  deps: FindDeps,
  viewer: Viewer,
  ids: string[],
  asked: Asked,
  payments: PaymentsBeside,
): Promise<Employee[]> {
  const pages = pagesOrNone(deps, viewer, payments);
  if (!pages) return findEmployees(deps, viewer, ids, asked);
  const rowsOf = new Map<string, Cells[]>();
  const employees = await findEmployees(deps, viewer, ids, asked, {
    query: pages.of(sql`e.id`),
    take: ({ id }, rows) => rowsOf.set(id, rows),
  });
  const pageOf = pages.read(rowsOf);
  await readIssuers(
    deps,
    [...pageOf.values()].flatMap(({ nodes }) => nodes),
    payments.asked,
  );
  return employees.map((employee) => {
    const page = pageOf.get(employee.id);
    return page ? { ...employee, paymentsRead: { as: payments.as, page } } : employee;
  });
}

/** @returns undefined for a page that can't be: the field that asks for it says so, in its own place */
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
