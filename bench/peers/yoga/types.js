import { statusOf, today } from '../shared/days.js';
import { money } from '../shared/money.js';
import { prisma } from '../shared/prisma-client.js';
import { builder } from './builder.js';

builder.enumType('EmployeeStatus', { values: ['ACTIVE', 'TERMINATED'] });
builder.enumType('PaymentKind', { values: ['SALARY', 'BONUS', 'EXPENSE', 'CORRECTION'] });
builder.enumType('PaymentStatus', { values: ['ISSUED', 'VOIDED'] });

const Money = builder.objectRef('Money').implement({
  fields: (t) => ({
    amount: t.expose('amount', { type: 'Decimal', nullable: false }),
    currency: t.expose('currency', { type: 'Currency', nullable: false }),
  }),
});

const Period = builder.objectRef('Period').implement({
  fields: (t) => ({
    start: t.expose('start', { type: 'Date', nullable: false }),
    end: t.expose('end', { type: 'Date', nullable: false }),
  }),
});

builder.prismaObject('User', {
  fields: (t) => ({
    id: t.exposeID('id'),
    username: t.exposeString('username'),
  }),
});

const newestSalary = [{ effectiveFrom: 'desc' }, { id: 'desc' }];
const nextSalary = [{ effectiveFrom: 'asc' }, { id: 'desc' }];
const newestPayment = [{ issuedAt: 'desc' }, { id: 'desc' }];

builder.prismaObject('Employee', {
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    name: t.exposeString('name', { nullable: false }),
    email: t.exposeString('email', { nullable: false }),
    title: t.exposeString('title', { nullable: false }),
    department: t.exposeString('department', { nullable: false }),
    status: t.field({
      type: 'EmployeeStatus',
      nullable: false,
      select: { terminatedOn: true },
      resolve: (employee) => statusOf(employee),
    }),
    salary: t.field({
      type: Money,
      nullable: false,
      select: () => ({
        id: true,
        salaryChanges: { where: { effectiveFrom: { lte: today() } }, orderBy: newestSalary, take: 1 },
      }),
      resolve: async ({ id, salaryChanges: [inForce] }) => {
        const change =
          inForce ??
          (await prisma.salaryChange.findFirst({ where: { employeeId: id }, orderBy: nextSalary }));
        return money(change.amountMinor, change.currency);
      },
    }),
    payments: t.relatedConnection('payments', {
      cursor: 'id',
      nullable: false,
      query: { orderBy: newestPayment },
    }),
  }),
});

export const Payment = builder.prismaObject('Payment', {
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false }),
    amount: t.field({
      type: Money,
      nullable: false,
      select: { amountMinor: true, currency: true },
      resolve: ({ amountMinor, currency }) => money(amountMinor, currency),
    }),
    kind: t.expose('kind', { type: 'PaymentKind', nullable: false }),
    period: t.field({
      type: Period,
      nullable: true,
      select: { periodStart: true, periodEnd: true },
      resolve: ({ periodStart, periodEnd }) => periodStart && { start: periodStart, end: periodEnd },
    }),
    note: t.exposeString('note', { nullable: true }),
    status: t.field({
      type: 'PaymentStatus',
      nullable: false,
      select: { voidedAt: true },
      resolve: ({ voidedAt }) => (voidedAt ? 'VOIDED' : 'ISSUED'),
    }),
    issuedAt: t.expose('issuedAt', { type: 'DateTime', nullable: false }),
    issuedBy: t.relation('issuedBy', { nullable: false }),
  }),
});
