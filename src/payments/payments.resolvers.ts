import { userTable } from '../accounts/user.js';
import { signedIn, type Viewer } from '../accounts/viewer.js';
import { type Employee, employeeTable } from '../employees/employee.js';
import type {
  EmployeePaymentsArgs,
  MutationImportFileArgs,
  MutationIssuePaymentArgs,
  MutationVoidPaymentArgs,
  QueryPaymentArgs,
  QueryPaymentsArgs,
  QueryPayrollSummaryArgs,
} from '../generated/schema-types.js';
import type { Reads } from '../reads/reads.js';
import type { FieldInfo } from '../reads/requested-fields.js';
import { parseId } from '../values/ids.js';
import { withHeaderKey } from './header-key.js';
import { type ImportDeps, importCsv } from './import/import-csv.js';
import { type IssuePaymentDeps, issuePayment } from './issue-payment.js';
import { type Payment, paymentTable, replacementOf } from './payment.js';
import { paymentList, paymentsOfEmployee } from './payment-list.js';
import { payrollSummary } from './payroll-summary.js';
import { voidPayment } from './void-payment.js';

interface Context {
  viewer: Viewer;
  reads: Reads<Viewer>;
  deps: Omit<IssuePaymentDeps & ImportDeps, 'signal'>;
  signal: AbortSignal;
  allowLong(): void;
  idempotencyKey: string | undefined;
}

type Parent = unknown;

export const paymentResolvers = {
  Query: {
    payment: (_parent: Parent, { id }: QueryPaymentArgs, { reads }: Context, info: FieldInfo) =>
      reads.byId(paymentTable, parseId(id, 'id'), info),
    payments: (_parent: Parent, args: QueryPaymentsArgs, { reads }: Context, info: FieldInfo) =>
      reads.list(paymentList, args, info),
    payrollSummary: (_parent: Parent, args: QueryPayrollSummaryArgs, { deps }: Context) =>
      payrollSummary(deps, args),
  },
  Mutation: {
    issuePayment: (
      _parent: Parent,
      { input }: MutationIssuePaymentArgs,
      { deps, viewer, signal, idempotencyKey }: Context,
      info: FieldInfo,
    ) => issuePayment({ ...deps, signal }, signedIn(viewer), withHeaderKey(input, idempotencyKey, info)),
    voidPayment: (_parent: Parent, { input }: MutationVoidPaymentArgs, { deps, viewer }: Context) =>
      voidPayment(deps, signedIn(viewer), input),
    importFile: (_parent: Parent, { input }: MutationImportFileArgs, context: Context) => {
      const { deps, viewer, signal } = context;
      context.allowLong();
      return importCsv({ ...deps, signal }, signedIn(viewer), input);
    },
  },
  Payment: {
    employee: ({ employeeId }: Payment, _args: unknown, { reads }: Context) =>
      reads.byForeignKey(employeeTable, employeeId),
    issuedBy: ({ issuedById }: Payment, _args: unknown, { reads }: Context) =>
      reads.byForeignKey(userTable, issuedById),
    voidedBy: ({ voidedById }: Payment, _args: unknown, { reads }: Context) =>
      reads.byIdOrNull(userTable, voidedById),
    replaces: ({ replacesId }: Payment, _args: unknown, { reads }: Context) =>
      reads.byIdOrNull(paymentTable, replacesId),
    replacedBy: ({ id, voidedAt }: Payment, _args: unknown, { reads }: Context) =>
      voidedAt === null ? null : reads.find(replacementOf, id),
  },
  Employee: {
    payments: ({ id }: Employee, args: EmployeePaymentsArgs, { reads }: Context) =>
      reads.nested(paymentsOfEmployee, id, args),
  },
};
