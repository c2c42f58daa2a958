import DataLoader from 'dataloader';
import type { Viewer } from './auth/viewer.js';
import type { Deps } from './context.js';
import { type Employee, findEmployees } from './employees/employee.js';
import { findEmployeesWithPayments, type PaymentsBeside } from './employees/employee-with-payments.js';
import {
  findSalariesAt,
  findSalaryHistories,
  type SalaryChange,
  type SalaryChangePage,
} from './employees/salary-change.js';
import type { PaymentFilter } from './generated/resolvers-types.js';
import { type Asked, asked } from './graphql/asked.js';
import type { PageArgs } from './pagination.js';
import { findPayRuns, type PayRun } from './pay-runs/pay-run.js';
import { readIssuers } from './payments/issuers.js';
import { findPaymentsOfEmployees } from './payments/list-payments.js';
import { findPayments, findReplacements, type Payment, type PaymentPage } from './payments/payment.js';
import { findUsers, type User } from './users/user.js';

/**
 * Each loader turns the reads that sibling fields ask for into one statement. They remember nothing: within one request
 * a mutation may change what a later field reads.
 */
export interface Loaders {
  user: DataLoader<string, User | null>;
  employee(asked: Asked): DataLoader<string, Employee | null>;
  employeeWithPayments(beside: readonly PaymentsBeside[], asked: Asked): DataLoader<string, Employee | null>;
  payment(asked: Asked): DataLoader<string, Payment | null>;
  /** By the id of the voided payment. */
  replacement: DataLoader<string, Payment | null>;
  payRun: DataLoader<string, PayRun | null>;
  salaryAt(date: string): DataLoader<string, SalaryChange | null>;
  salaryHistory(args: PageArgs): DataLoader<string, SalaryChangePage>;
  paymentsOf(args: PaymentArgs, asked: Asked): DataLoader<string, PaymentPage>;
}

type PaymentArgs = PageArgs & { filter?: PaymentFilter | null };

export function createLoaders(deps: Deps, viewer: Viewer): Loaders {
  return {
    user: oneEach(async (ids) => byKey(await findUsers(deps, ids), ({ id }) => id)),
    employee: byAsked((asked) => oneEach((ids) => findEmployees(deps, viewer, ids, asked))),
    employeeWithPayments: byArguments((beside: readonly PaymentsBeside[], asked) =>
      oneEach((ids) => findEmployeesWithPayments(deps, viewer, ids, asked, beside)),
    ),
    payment: byAsked((asked) => oneEach((ids) => findPayments(deps, viewer, ids, asked))),
    replacement: oneEach((ids) => findReplacements(deps, viewer, ids)),
    payRun: oneEach(async (ids) => byKey(await findPayRuns(deps, viewer, ids), ({ id }) => id)),
    salaryAt: byArguments((date: string) =>
      oneEach(async (ids) => byKey(await findSalariesAt(deps, ids, date), ({ employeeId }) => employeeId)),
    ),
    salaryHistory: byArguments((args: PageArgs) => pages((ids) => findSalaryHistories(deps, ids, args))),
    paymentsOf: byArguments((args: PaymentArgs, asked) =>
      pages(async (ids) => {
        const found = await findPaymentsOfEmployees(deps, viewer, ids, args, asked);
        await readIssuers(deps, found, asked);
        return found;
      }),
    ),
  };
}

function byKey<Row>(rows: Row[], keyOf: (row: Row) => string): Map<string, Row> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

/** One row for each key, null where there is none. */
function oneEach<Row>(find: (keys: string[]) => Promise<Map<string, Row>>): DataLoader<string, Row | null> {
  return new DataLoader(
    async (keys: readonly string[]) => {
      const rows = await find([...new Set(keys)]);
      return keys.map((key) => rows.get(key) ?? null);
    },
    { cache: false },
  );
}

/** One page for each key. */
function pages<Key extends string, P>(find: (keys: Key[]) => Promise<Map<string, P>>): DataLoader<Key, P> {
  return new DataLoader(
    async (keys: readonly Key[]) => {
      const found = await find([...new Set(keys)]);
      return keys.map((key) => found.get(key) ?? new Error('a page is missing'));
    },
    { cache: false },
  );
}

/** One loader for each set of fields. */
function byAsked<Loader>(create: (asked: Asked) => Loader): (asked: Asked) => Loader {
  const loaders = new Map<string, Loader>();
  return (asked) => {
    const loader = loaders.get(asked.key) ?? create(asked);
    loaders.set(asked.key, loader);
    return loader;
  };
}

const nothing = asked([]);

/** One loader for each set of arguments, and of fields: a field may stand in a document twice, under two aliases. */
function byArguments<Args, Loader>(
  create: (args: Args, asked: Asked) => Loader,
): (args: Args, asked?: Asked) => Loader {
  const loaders = new Map<string, Loader>();
  return (args, asked = nothing) => {
    const key = `${asked.key} ${JSON.stringify(args)}`;
    const loader = loaders.get(key) ?? create(args, asked);
    loaders.set(key, loader);
    return loader;
  };
}

/** @returns what a nullable foreign key leads to */
export function loadOptional<Row>(
  loader: DataLoader<string, Row | null>,
  id: string | null,
): Promise<Row | null> | null {
  return id === null ? null : loader.load(id);
}
