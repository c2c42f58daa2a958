import { createRoute, Link, useNavigate, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../api.js';
import { formatDay, formatInstant } from '../format.js';
import { EmployeeDocument, type EmployeeQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Filters, TextField } from '../ui/controls.js';
import { Badge, Empty, Facts, Page, Section } from '../ui/layout.js';
import { Money, moneyText } from '../ui/money.js';
import { type Column, Table } from '../ui/table.js';
import { statusTones } from './employees.js';
import { EndDialog } from './end-dialog.js';
import { paymentColumns } from './payment-columns.js';
import { rootRoute } from './root.js';
import { Totals } from './totals.js';

export const employeeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/employees/$id',
  validateSearch: (given: Record<string, unknown>): { year?: number | undefined } => ({
    year: yearIn(given.year),
  }),
  loaderDeps: ({ search }) => search,
  loader: async ({ params, deps: { year } }) =>
    (await ask(EmployeeDocument, { ...params, payments: year === undefined ? {} : instantsOf(year) }))
      .employee,
  component: EmployeePage,
});

export type EmployeeRecord = NonNullable<EmployeeQuery['employee']>;
type Change = EmployeeRecord['salaryHistory']['nodes'][number] & { id: string };

const historyColumns: Array<Column<Change>> = [
  { name: texts.employee.from, cell: ({ effectiveFrom }) => formatDay(effectiveFrom) },
  { name: texts.edit.salary, number: true, cell: ({ salary }) => <Money money={salary} /> },
  { name: texts.edit.unit, cell: ({ unit }) => texts.unit[unit] },
  { name: texts.employee.setBy, cell: ({ changedBy }) => changedBy.username },
  { name: texts.employee.setAt, cell: ({ changedAt }) => formatInstant(changedAt) },
];

function EmployeePage() {
  const employee = employeeRoute.useLoaderData();
  const { me } = employeeRoute.useRouteContext();
  const router = useRouter();
  const [ending, setEnding] = useState(false);
  const { year } = employeeRoute.useSearch();
  const navigate = useNavigate({ from: '/employees/$id' });
  if (!employee) return <MissingEmployee />;
  const { id, name, title, department, payments } = employee;
  const actions = (
    <>
      <Button onClick={() => window.print()}>{texts.common.print}</Button>
      {me.admin && <AdminActions employee={employee} onEnd={() => setEnding(true)} />}
    </>
  );
  return (
    <Page title={name} lead={`${title}, ${department}`} actions={actions}>
      <EmployeeFacts employee={employee} />
      {ending && (
        <EndDialog
          employee={employee}
          onClose={() => setEnding(false)}
          onDone={() => {
            setEnding(false);
            void router.invalidate();
          }}
        />
      )}
      <Section title={year === undefined ? texts.employee.payments : texts.employee.paymentsOf(String(year))}>
        <Filters
          key={year ?? 0}
          onSubmit={(data) => void navigate({ search: { year: yearIn(data.get('year')) } })}
        >
          <TextField
            name="year"
            type="number"
            label={texts.employee.year}
            min={1900}
            max={2999}
            defaultValue={year}
          />
          <Button type="submit">{texts.common.apply}</Button>
        </Filters>
        <Table
          caption={texts.employee.payments}
          columns={paymentColumns.filter(({ name }) => name !== texts.payments.employee)}
          rows={payments.nodes.map((payment) => ({ ...payment, employee: { id, name } }))}
          empty={<Empty title={texts.employee.noPayments}>{texts.employee.noPaymentsHint}</Empty>}
        />
      </Section>
      <Totals
        title={year === undefined ? texts.payments.totals : texts.employee.totalOf(String(year))}
        rows={payments.nodes}
      />
      <Section title={texts.employee.history}>
        <Table
          caption={texts.employee.history}
          columns={historyColumns}
          rows={employee.salaryHistory.nodes.map((change) => ({
            ...change,
            id: `${change.effectiveFrom} ${change.changedAt}`,
          }))}
          empty={null}
        />
      </Section>
    </Page>
  );
}

function AdminActions({ employee: { id, status }, onEnd }: { employee: EmployeeRecord; onEnd: () => void }) {
  return (
    <>
      <ButtonLink to="/employees/$id/edit" params={{ id }}>
        {texts.common.edit}
      </ButtonLink>
      {status !== 'TERMINATED' && <Button onClick={onEnd}>{texts.end.action}</Button>}
      {status === 'ACTIVE' && (
        <ButtonLink look="primary" to="/employees/$id/pay" params={{ id }}>
          {texts.employee.pay}
        </ButtonLink>
      )}
    </>
  );
}

function yearIn(value: unknown): number | undefined {
  const year = Number(value);
  return Number.isInteger(year) && year >= 1900 && year < 3000 ? year : undefined;
}

/** A year where the reader is. */
function instantsOf(year: number): { issuedFrom: string; issuedTo: string } {
  return {
    issuedFrom: new Date(year, 0, 1).toISOString(),
    issuedTo: new Date(year + 1, 0, 1).toISOString(),
  };
}

function EmployeeFacts({ employee }: { employee: EmployeeRecord }) {
  const { email, status, hiredOn, terminatedOn, salary, salaryUnit, bankAccount } = employee;
  const account =
    bankAccount && texts.employee.accountText(bankAccount.holder, bankAccount.country, bankAccount.lastFour);
  return (
    <Facts
      facts={[
        [
          texts.employees.status,
          <Badge key="status" tone={statusTones[status]}>
            {texts.status[status]}
          </Badge>,
        ],
        [texts.employees.salary, salary && salaryUnit && `${moneyText(salary)} ${texts.unit[salaryUnit]}`],
        [texts.employee.email, email],
        [texts.employee.hiredOn, formatDay(hiredOn)],
        ...(terminatedOn ? [[texts.employee.terminatedOn, formatDay(terminatedOn)] as const] : []),
        [texts.employee.account, account ?? texts.employee.noAccount],
      ]}
    />
  );
}

export function MissingEmployee() {
  return (
    <Page title={texts.employee.missingTitle}>
      <Empty title={texts.employee.missingTitle} action={<Link to="/">{texts.error.toStart}</Link>}>
        {texts.employee.missing}
      </Empty>
    </Page>
  );
}
