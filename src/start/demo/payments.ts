import type { Prisma } from '../../generated/prisma/client.js';
import { startOfDay } from '../../values/dates.js';
import { type DemoEmployee, paidMonths } from './company.js';
import { demoId } from './demo-id.js';

type NewPayment = Prisma.PaymentCreateManyInput;

const payHour = 9;

/** A year of monthly salaries, bonuses in December and June, and one salary that was voided and issued again. */
export function demoPayments(employees: DemoEmployee[], adminId: string): NewPayment[] {
  const months = Array.from({ length: paidMonths.count }, (_, index) => monthAfter(paidMonths.first, index));
  const salaries = months.flatMap((month) =>
    employees
      .filter((employee) => isEmployed(employee, month))
      .map((employee) => salary(employee, month, adminId)),
  );
  const bonuses = ['2025-12', '2026-06'].flatMap((month) =>
    employees
      .filter((employee, index) => index % 3 === 0 && isEmployed(employee, month))
      .map((employee) => bonus(employee, month, adminId)),
  );
  return [...salaries, ...bonuses, ...voided(salaries, adminId)];
}

function monthAfter(first: string, months: number): string {
  const month = startOfDay(`${first}-01`);
  month.setUTCMonth(month.getUTCMonth() + months);
  return month.toISOString().slice(0, 7);
}

function lastDay(month: string): string {
  const day = startOfDay(`${monthAfter(month, 1)}-01`);
  day.setUTCDate(0);
  return day.toISOString().slice(0, 10);
}

function isEmployed({ hiredOn, terminatedOn }: DemoEmployee, month: string): boolean {
  return hiredOn <= `${month}-01` && (terminatedOn === undefined || terminatedOn >= lastDay(month));
}

/** A month's share of the salary in force on its first day, rounded down. */
function monthlySalary({ salaryMinor, raise, unit }: DemoEmployee, month: string): bigint {
  const inForce = raise && raise.effectiveFrom <= `${month}-01` ? raise.salaryMinor : salaryMinor;
  return unit === 'YEAR' ? inForce / 12n : inForce;
}

function salary(employee: DemoEmployee, month: string, adminId: string): NewPayment {
  return {
    ...payment(employee, lastDay(month), `salary ${month} of ${employee.id}`, adminId),
    amountMinor: monthlySalary(employee, month),
    kind: 'SALARY',
    periodStart: startOfDay(`${month}-01`),
    periodEnd: startOfDay(lastDay(month)),
  };
}

function bonus(employee: DemoEmployee, month: string, adminId: string): NewPayment {
  return {
    ...payment(employee, `${month}-15`, `bonus ${month} of ${employee.id}`, adminId),
    amountMinor: monthlySalary(employee, month) / 2n,
    kind: 'BONUS',
    note: month.endsWith('-12') ? 'Year-end bonus' : 'Half-year bonus',
  };
}

function payment(
  employee: DemoEmployee,
  day: string,
  label: string,
  adminId: string,
): Omit<NewPayment, 'amountMinor' | 'kind'> {
  const issuedAt = startOfDay(day);
  issuedAt.setUTCHours(payHour);
  return {
    id: demoId(issuedAt, label),
    employeeId: employee.id,
    currency: employee.currency,
    issuedAt,
    issuedById: adminId,
  };
}

/** A salary that was a tenth too high, was voided the same day, and was replaced by the correct payment. */
function voided(salaries: NewPayment[], adminId: string): NewPayment[] {
  const correct = salaries.find((candidate) => candidate.currency === 'JPY');
  if (!correct) return [];
  const issuedAt = new Date(startOfDay('2025-11-28').setUTCHours(payHour));
  const wrong: NewPayment = {
    ...correct,
    id: demoId(issuedAt, `mistake of ${correct.employeeId}`),
    amountMinor: (BigInt(correct.amountMinor) * 11n) / 10n,
    issuedAt,
    voidedAt: new Date(issuedAt.getTime() + 3_600_000),
    voidedById: adminId,
    voidReason: 'Paid a tenth too much',
  };
  correct.replacesId = wrong.id;
  return [wrong];
}
