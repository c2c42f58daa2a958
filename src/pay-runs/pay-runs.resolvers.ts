import { userTable } from '../accounts/user.js';
import { type SignedIn, signedIn, type Viewer } from '../accounts/viewer.js';
import { type Employee, employeeTable } from '../employees/employee.js';
import type {
  EmployeeComponentsArgs,
  EmployeeYearToDateArgs,
  MutationApprovePayRunArgs,
  MutationArchivePayComponentArgs,
  MutationCancelPayRunArgs,
  MutationCreatePayComponentArgs,
  MutationDraftPayRunArgs,
  MutationEditPayComponentArgs,
  MutationEditPayRunArgs,
  MutationEndEmployeeComponentArgs,
  MutationImportPayRunLinesArgs,
  MutationIssuePayRunArgs,
  MutationRecomputePayRunArgs,
  MutationReopenPayRunArgs,
  MutationSetEmployeeComponentArgs,
  PayRunBlockersArgs,
  PayRunItemsArgs,
  PayRunWarningsArgs,
  QueryPayComponentsArgs,
  QueryPayRunArgs,
  QueryPayRunsArgs,
} from '../generated/schema-types.js';
import { type Payment, paymentTable } from '../payments/payment.js';
import { maxPageLength } from '../reads/pages.js';
import type { Reads } from '../reads/reads.js';
import type { FieldInfo } from '../reads/requested-fields.js';
import { parseId } from '../values/ids.js';
import { type ApprovePayRunDeps, approvePayRun } from './approve-pay-run.js';
import { cancelPayRun } from './cancel-pay-run.js';
import { createPayComponent } from './create-pay-component.js';
import { draftPayRun } from './draft-pay-run.js';
import { archivePayComponent, editPayComponent } from './edit-pay-component.js';
import { editPayRun } from './edit-pay-run.js';
import {
  componentsOfEmployee,
  type EmployeeComponent,
  employeeComponentTable,
} from './employee-component.js';
import { endEmployeeComponent } from './end-employee-component.js';
import { importPayRunLines } from './import-pay-run-lines.js';
import { type IssuePayRunDeps, issuePayRun } from './issue-pay-run.js';
import { payComponentTable, readPayComponents } from './pay-component.js';
import { linesOfItem } from './pay-line.js';
import { type PayRun, payRunTable } from './pay-run.js';
import { itemsOfPayRun, type PayRunItem } from './pay-run-item.js';
import { payRunList } from './pay-run-list.js';
import { blockersOfPayRun, noticesOfItem, type PayRunNotice, warningsOfPayRun } from './pay-run-notice.js';
import { countEmployees, readTotals } from './pay-run-totals.js';
import { recomputePayRun } from './recompute-pay-run.js';
import { reopenPayRun } from './reopen-pay-run.js';
import { setEmployeeComponent } from './set-employee-component.js';
import { yearToDate } from './year-to-date.js';

interface Context {
  viewer: Viewer;
  reads: Reads<Viewer>;
  deps: ApprovePayRunDeps;
  signal: AbortSignal;
  allowLong(): void;
}

type Parent = unknown;
type Deps = ApprovePayRunDeps & IssuePayRunDeps;
type UseCase<Input> = (deps: Deps, viewer: SignedIn, input: Input) => Promise<{ id: string }>;

async function payRunOf<Input>(change: UseCase<Input>, input: Input, context: Context) {
  const { deps, viewer, signal, reads } = context;
  context.allowLong();
  const { id } = await change({ ...deps, signal }, signedIn(viewer), input);
  return { payRun: await reads.byForeignKey(payRunTable, id) };
}

async function payComponentOf<Input>(change: UseCase<Input>, input: Input, context: Context) {
  const { deps, viewer, signal, reads } = context;
  const { id } = await change({ ...deps, signal }, signedIn(viewer), input);
  return { payComponent: await reads.byForeignKey(payComponentTable, id) };
}

async function employeeComponentOf<Input>(change: UseCase<Input>, input: Input, context: Context) {
  const { deps, viewer, signal, reads } = context;
  const { id } = await change({ ...deps, signal }, signedIn(viewer), input);
  return { employeeComponent: await reads.byForeignKey(employeeComponentTable, id) };
}

export const payRunResolvers = {
  Query: {
    payComponents: (_parent: Parent, args: QueryPayComponentsArgs, { deps, viewer }: Context) =>
      readPayComponents(deps.database, viewer, { includeArchived: args.includeArchived ?? false }),
    payRun: (_parent: Parent, { id }: QueryPayRunArgs, { reads }: Context, info: FieldInfo) =>
      reads.byId(payRunTable, parseId(id, 'id'), info),
    payRuns: (_parent: Parent, args: QueryPayRunsArgs, { reads }: Context, info: FieldInfo) =>
      reads.list(payRunList, args, info),
  },
  Mutation: {
    createPayComponent: (_parent: Parent, { input }: MutationCreatePayComponentArgs, context: Context) =>
      payComponentOf(createPayComponent, input, context),
    editPayComponent: (_parent: Parent, { input }: MutationEditPayComponentArgs, context: Context) =>
      payComponentOf(editPayComponent, input, context),
    archivePayComponent: (_parent: Parent, { input }: MutationArchivePayComponentArgs, context: Context) =>
      payComponentOf(archivePayComponent, input, context),
    setEmployeeComponent: (_parent: Parent, { input }: MutationSetEmployeeComponentArgs, context: Context) =>
      employeeComponentOf(setEmployeeComponent, input, context),
    endEmployeeComponent: (_parent: Parent, { input }: MutationEndEmployeeComponentArgs, context: Context) =>
      employeeComponentOf(endEmployeeComponent, input, context),
    draftPayRun: (_parent: Parent, { input }: MutationDraftPayRunArgs, context: Context) =>
      payRunOf(draftPayRun, input, context),
    editPayRun: (_parent: Parent, { input }: MutationEditPayRunArgs, context: Context) =>
      payRunOf(editPayRun, input, context),
    importPayRunLines: (_parent: Parent, { input }: MutationImportPayRunLinesArgs, context: Context) =>
      payRunOf(importPayRunLines, input, context),
    recomputePayRun: (_parent: Parent, args: MutationRecomputePayRunArgs, context: Context) =>
      payRunOf(recomputePayRun, args, context),
    approvePayRun: (_parent: Parent, args: MutationApprovePayRunArgs, context: Context) =>
      payRunOf(approvePayRun, args, context),
    reopenPayRun: (_parent: Parent, args: MutationReopenPayRunArgs, context: Context) =>
      payRunOf(reopenPayRun, args, context),
    issuePayRun: (_parent: Parent, args: MutationIssuePayRunArgs, context: Context) =>
      payRunOf(issuePayRun, args, context),
    cancelPayRun: (_parent: Parent, args: MutationCancelPayRunArgs, context: Context) =>
      payRunOf(cancelPayRun, args, context),
  },
  PayRun: {
    items: ({ id }: PayRun, args: PayRunItemsArgs, { reads }: Context) =>
      reads.nested(itemsOfPayRun, id, args),
    totals: ({ id }: PayRun, _args: unknown, { deps }: Context) => readTotals(deps.database, id),
    employeeCount: ({ id }: PayRun, _args: unknown, { deps }: Context) => countEmployees(deps.database, id),
    blockers: ({ id }: PayRun, args: PayRunBlockersArgs, { reads }: Context) =>
      reads.nested(blockersOfPayRun, id, args),
    warnings: ({ id }: PayRun, args: PayRunWarningsArgs, { reads }: Context) =>
      reads.nested(warningsOfPayRun, id, args),
    draftedBy: ({ draftedById }: PayRun, _args: unknown, { reads }: Context) =>
      reads.byForeignKey(userTable, draftedById),
    approvedBy: ({ approvedById }: PayRun, _args: unknown, { reads }: Context) =>
      reads.byIdOrNull(userTable, approvedById),
    issuedBy: ({ issuedById }: PayRun, _args: unknown, { reads }: Context) =>
      reads.byIdOrNull(userTable, issuedById),
  },
  PayRunItem: {
    employee: ({ employeeId }: PayRunItem, _args: unknown, { reads }: Context) =>
      reads.byForeignKey(employeeTable, employeeId),
    lines: ({ id }: PayRunItem, _args: unknown, { reads }: Context) => reads.children(linesOfItem, id),
    notices: ({ id }: PayRunItem, _args: unknown, { reads }: Context) => reads.children(noticesOfItem, id),
    payment: ({ paymentId }: PayRunItem, _args: unknown, { reads }: Context) =>
      reads.byIdOrNull(paymentTable, paymentId),
  },
  PayRunNotice: {
    employee: ({ employeeId }: PayRunNotice, _args: unknown, { reads }: Context) =>
      reads.byForeignKey(employeeTable, employeeId),
  },
  EmployeeComponent: {
    component: ({ componentId }: EmployeeComponent, _args: unknown, { reads }: Context) =>
      reads.byForeignKey(payComponentTable, componentId),
    percentOf: ({ percentOfIds }: EmployeeComponent, _args: unknown, { reads }: Context) =>
      Promise.all(percentOfIds.map((id) => reads.byForeignKey(payComponentTable, id))),
  },
  Employee: {
    components: async ({ id }: Employee, args: EmployeeComponentsArgs, { reads }: Context) => [
      ...(await reads.nested(componentsOfEmployee, id, { ...args, first: maxPageLength })).nodes,
    ],
    yearToDate: ({ id }: Employee, { year }: EmployeeYearToDateArgs, { deps, viewer }: Context) =>
      yearToDate(deps.database, viewer, id, year),
  },
  Payment: {
    payRun: ({ payRunId }: Payment, _args: unknown, { reads }: Context) =>
      reads.byIdOrNull(payRunTable, payRunId),
  },
};
