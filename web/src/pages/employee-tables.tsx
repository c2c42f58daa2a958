import { formatDay, formatInstant } from '../format.js';
import type { EmployeeQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Section } from '../ui/layout.js';
import { Money } from '../ui/money.js';
import { type Column, Table } from '../ui/table.js';

type Employee = NonNullable<EmployeeQuery['employee']>;
type Total = Employee['yearToDate'][number] & { id: string };
type Change = Employee['salaryHistory']['nodes'][number] & { id: string };

const totalColumns: Array<Column<Total>> = [
  { name: texts.employeeComponents.component, cell: ({ name }) => name },
  { name: texts.components.kind, cell: ({ kind }) => texts.componentKind[kind] },
  { name: texts.payments.amount, number: true, cell: ({ amount }) => <Money money={amount} /> },
];

/** What each component came to in a year. */
export function YearToDate({ year, totals }: { year: number; totals: Employee['yearToDate'] }) {
  if (totals.length === 0) return null;
  const title = texts.employee.yearToDate(String(year));
  return (
    <Section title={title}>
      <Table
        caption={title}
        columns={totalColumns}
        rows={totals.map((total) => ({ ...total, id: `${total.code} ${total.amount.currency}` }))}
        empty={null}
      />
      <p>{texts.employee.yearToDateHint}</p>
    </Section>
  );
}

const historyColumns: Array<Column<Change>> = [
  { name: texts.employee.from, nowrap: true, cell: ({ effectiveFrom }) => formatDay(effectiveFrom) },
  { name: texts.edit.salary, number: true, cell: ({ salary }) => <Money money={salary} /> },
  { name: texts.edit.unit, cell: ({ unit }) => texts.unit[unit] },
  { name: texts.employee.setBy, cell: ({ changedBy }) => changedBy.username },
  { name: texts.employee.setAt, nowrap: true, cell: ({ changedAt }) => formatInstant(changedAt) },
];

export function SalaryHistory({ history }: { history: Employee['salaryHistory']['nodes'] }) {
  return (
    <Section title={texts.employee.history}>
      <Table
        caption={texts.employee.history}
        columns={historyColumns}
        rows={history.map((change) => ({ ...change, id: `${change.effectiveFrom} ${change.changedAt}` }))}
        empty={null}
      />
    </Section>
  );
}
