import { issuePayment } from '../shared/issue-payment-with-prisma.js';
import { prisma } from '../shared/prisma-client.js';
import { builder, refusal } from './builder.js';
import { Payment } from './types.js';

builder.queryType({
  fields: (t) => ({
    employee: t.prismaField({
      type: 'Employee',
      nullable: true,
      authScopes: { user: true },
      args: { id: t.arg.id({ required: true }) },
      resolve: (query, _parent, { id }) => prisma.employee.findUnique({ ...query, where: { id } }),
    }),
    employees: t.prismaConnection({
      type: 'Employee',
      cursor: 'id',
      authScopes: { user: true },
      resolve: (query) => prisma.employee.findMany({ ...query, orderBy: { id: 'asc' } }),
    }),
  }),
});

const MoneyInput = builder.inputType('MoneyInput', {
  fields: (t) => ({
    amount: t.field({ type: 'Decimal', required: true }),
    currency: t.field({ type: 'Currency', required: true }),
  }),
});

const IssuePaymentInput = builder.inputType('IssuePaymentInput', {
  fields: (t) => ({
    employeeId: t.id({ required: true }),
    amount: t.field({ type: MoneyInput, required: true }),
    kind: t.field({ type: 'PaymentKind', required: true }),
    note: t.string(),
    idempotencyKey: t.string(),
  }),
});

const IssuePaymentPayload = builder.objectRef('IssuePaymentPayload').implement({
  fields: (t) => ({
    payment: t.field({ type: Payment, nullable: false, resolve: ({ payment }) => payment }),
    replayed: t.exposeBoolean('replayed', { nullable: false }),
  }),
});

builder.mutationType({
  fields: (t) => ({
    issuePayment: t.field({
      type: IssuePaymentPayload,
      nullable: false,
      authScopes: { admin: true },
      args: { input: t.arg({ type: IssuePaymentInput, required: true }) },
      resolve: (_parent, { input }, { viewer }) => issuePayment(viewer, input, refusal),
    }),
  }),
});

export const schema = builder.toSchema();
