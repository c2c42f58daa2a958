import DataLoader from 'dataloader';
import { findUsers, type User } from '../accounts/user.js';
import type { Viewer } from '../accounts/viewer.js';
import { type Employee, findEmployees } from '../employees/employee.js';
import { findEmployeesWithPayments, type PaymentsBeside } from '../employees/employee-with-payments.js';
import {
  findSalariesAt,
  findSalaryHistories,
  type SalaryChange,
  type SalaryChangePage,
} from '../employees/salary-change.js';
import type { PaymentFilter } from '../generated/schema-types.js';
import type { Deps } from '../graphql/context.js';
import { findPayRuns, type PayRun } from '../pay-runs/pay-run.js';
import { readIssuers } from '../payments/issuers.js';
import { findPaymentsOfEmployees } from '../payments/list-payments.js';
import { findPayments, findReplacements, type Payment, type PaymentPage } from '../payments/payment.js';
import { onceAsked } from '../values/once.js';
import { type Asked, asked } from './asked.js';
import type { PageArgs } from './pagination.js';

type PaymentArgs = PageArgs & { filter?: PaymentFilter | null };

const nothing = asked([]);

/** A loader, and what it was made for. */
interface KnownLoader {
  kind: string;
  fields: string;
  /** As JSON. */
  args: () => string;
  loader: unknown;
}

/**
 * Each loader turns the reads that sibling fields ask for into one statement. They remember nothing: within one request
 * a mutation may change what a later field reads.
 */
export class Loaders {
  readonly #deps: Deps;
  readonly #viewer: Viewer;
  readonly #known: KnownLoader[] = [];

  constructor(deps: Deps, viewer: Viewer) {
    this.#deps = deps;
    this.#viewer = viewer;
  }

  get user(): DataLoader<string, User | null> {
    return this.#one('user', nothing, null, () =>
      oneEach(async (ids) => byKey(await findUsers(this.#deps, ids), ({ id }) => id)),
    );
  }

  employee(asked: Asked): DataLoader<string, Employee | null> {
    return this.#one('employee', asked, null, () =>
      oneEach((ids) => findEmployees(this.#deps, this.#viewer, ids, asked)),
    );
  }

  employeeWithPayments(beside: readonly PaymentsBeside[], asked: Asked): DataLoader<string, Employee | null> {
    return this.#one('employeeWithPayments', asked, beside, () =>
      oneEach((ids) => findEmployeesWithPayments(this.#deps, this.#viewer, ids, asked, beside)),
    );
  }

  payment(asked: Asked): DataLoader<string, Payment | null> {
    return this.#one('payment', asked, null, () =>
      oneEach((ids) => findPayments(this.#deps, this.#viewer, ids, asked)),
    );
  }

  /** By the id of the voided payment. */
  get replacement(): DataLoader<string, Payment | null> {
    return this.#one('replacement', nothing, null, () =>
      oneEach((ids) => findReplacements(this.#deps, this.#viewer, ids)),
    );
  }

  get payRun(): DataLoader<string, PayRun | null> {
    return this.#one('payRun', nothing, null, () =>
      oneEach(async (ids) => byKey(await findPayRuns(this.#deps, this.#viewer, ids), ({ id }) => id)),
    );
  }

  salaryAt(date: string): DataLoader<string, SalaryChange | null> {
    return this.#one('salaryAt', nothing, date, () =>
      oneEach(async (ids) =>
        byKey(await findSalariesAt(this.#deps, ids, date), ({ employeeId }) => employeeId),
      ),
    );
  }

  salaryHistory(args: PageArgs): DataLoader<string, SalaryChangePage> {
    return this.#one('salaryHistory', nothing, args, () =>
      pages((ids) => findSalaryHistories(this.#deps, ids, args)),
    );
  }

  paymentsOf(args: PaymentArgs, asked: Asked): DataLoader<string, PaymentPage> {
    return this.#one('paymentsOf', asked, args, () =>
      pages(async (ids) => {
        const found = await findPaymentsOfEmployees(this.#deps, this.#viewer, ids, args, asked);
        await readIssuers(this.#deps, found, asked);
        return found;
      }),
    );
  }

  /** One loader for each set of arguments, and of fields: a field may stand in a document twice, under two aliases. */
  #one<Loader>(kind: string, { key: fields }: Asked, args: unknown, create: () => Loader): Loader {
    // Written out when there is something to compare with: most requests have one loader of a kind.
    const text = onceAsked(() => JSON.stringify(args));
    const isAlike = (known: KnownLoader) =>
      known.kind === kind && known.fields === fields && known.args() === text();
    const known = this.#known.find(isAlike);
    if (known) return known.loader as Loader;
    const loader = create();
    this.#known.push({ kind, fields, args: text, loader });
    return loader;
  }
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

/** @returns what a nullable foreign key leads to */
export function loadOptional<Row>(
  loader: DataLoader<string, Row | null>,
  id: string | null,
): Promise<Row | null> | null {
  return id === null ? null : loader.load(id);
}
