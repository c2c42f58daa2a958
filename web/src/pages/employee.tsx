import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { formatDay, periodText, today } from '../format.js';
import type { EmployeeQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, TextField } from '../ui/controls.js';
import { Facts, Page, Section } from '../ui/layout.js';
import { List } from '../ui/list.js';
import { moneyText } from '../ui/money.js';
import { EmployeeBadge } from './badges.js';
import { parseEmployeeSearch } from './employee.search.js';
import { EmployeeActions } from './employee-actions.js';
import { EmployeeComponents } from './employee-components.js';
import { SalaryHistory, YearToDate } from './employee-tables.js';
import { MissingEmployee } from './missing.js';
import { paymentColumns } from './payment-columns.js';
import { totalsOfRows } from './payment-totals.js';
import { pageTotals, Totals } from './totals.js';

const route = getRouteApi('/employees/$id');

type Employee = NonNullable<EmployeeQuery['employee']>;

export function EmployeePage() {
  const employee = route.useLoaderData();
  const { me } = route.useRouteContext();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/employees/$id' });
  if (!employee) return <MissingEmployee />;
  const { id, name, title, department, salary, components, shownYear, yearToDate } = employee;
  return (
    <Page
      title={name}
      lead={`${title}, ${department}`}
      actions={
        <>
          <Button onClick={() => window.print()}>{texts.common.print}</Button>
          {me.admin && <EmployeeActions employee={employee} />}
        </>
      }
    >
      <EmployeeFacts employee={employee} />
      <EmployeeComponents
        employeeId={id}
        currency={salary?.currency}
        components={components}
        on={search.on}
        onDay={(day) =>
          void navigate({ search: (old) => ({ ...old, on: day === today() ? undefined : day }) })
        }
        mayEdit={me.admin}
      />
      <Payments employee={employee} />
      <YearToDate year={shownYear} totals={yearToDate} />
      <SalaryHistory history={employee.salaryHistory.nodes} />
    </Page>
  );
}

function Payments({ employee: { id, name, payments } }: { employee: Employee }) {
  const { on, ...search } = route.useSearch();
  const { year, after } = search;
  const isWhole = after === undefined && !payments.pageInfo.hasNextPage;
  return (
    <>
      <Section title={year === undefined ? texts.employee.payments : texts.employee.paymentsOf(String(year))}>
        <List
          title={texts.employee.payments}
          columns={paymentColumns.filter((column) => column.name !== texts.payments.employee)}
          page={{
            ...payments,
            nodes: payments.nodes.map((payment) => ({ ...payment, employee: { id, name } })),
          }}
          search={search}
          parse={(given) => parseEmployeeSearch({ ...given, on })}
          empty={{ emptyTitle: texts.employee.noPayments, empty: texts.employee.noPaymentsHint }}
          filters={
            <TextField
              name="year"
              type="number"
              label={texts.employee.year}
              min={1900}
              max={2999}
              defaultValue={year}
            />
          }
        />
      </Section>
      <Totals
        {...pageTotals}
        {...(isWhole && {
          title: year === undefined ? texts.payments.total : texts.employee.totalOf(String(year)),
        })}
        totals={totalsOfRows(payments.nodes)}
      />
    </>
  );
}

function EmployeeFacts({ employee }: { employee: Employee }) {
  const { email, status, hiredOn, terminatedOn, employments, salary, salaryUnit, bankAccount } = employee;
  const before = employments
    .slice(1)
    .map(({ startedOn, endedOn }) => periodText({ start: startedOn, end: endedOn ?? startedOn }));
  const account =
    bankAccount && texts.employee.accountText(bankAccount.holder, bankAccount.country, bankAccount.lastFour);
  return (
    <Facts
      facts={[
        [texts.employees.status, <EmployeeBadge key="status" status={status} />],
        [texts.employees.salary, salary && salaryUnit && `${moneyText(salary)} ${texts.unit[salaryUnit]}`],
        [texts.employee.email, email],
        [texts.employee.hiredOn, formatDay(hiredOn)],
        ...(terminatedOn ? [[texts.employee.terminatedOn, formatDay(terminatedOn)] as const] : []),
        ...(before.length > 0 ? [[texts.employee.before, before.join(', ')] as const] : []),
        [texts.employee.account, account ?? texts.employee.noAccount],
      ]}
    />
  );
}
