import { createRoute, Link } from '@tanstack/react-router';
import { ask } from '../api.js';
import { formatDay, formatInstant } from '../format.js';
import { EmployeeDocument, type EmployeeQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { ButtonLink } from '../ui/controls.js';
import { Badge, Empty, Facts, Page, Section } from '../ui/layout.js';
import { Money, moneyText } from '../ui/money.js';
import { type Column, Table } from '../ui/table.js';
import { statusTones } from './employees.js';
import { paymentColumns } from './payment-columns.js';
import { rootRoute } from './root.js';

export const employeeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/employees/$id',
  loader: async ({ params }) => (await ask(EmployeeDocument, params)).employee,
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
  if (!employee) return <MissingEmployee />;
  const { id, name, title, department, status, payments } = employee;
  const actions = me.admin && (
    <>
      <ButtonLink to="/employees/$id/edit" params={{ id }}>
        {texts.common.edit}
      </ButtonLink>
      {status === 'ACTIVE' && (
        <ButtonLink look="primary" to="/employees/$id/pay" params={{ id }}>
          {texts.employee.pay}
        </ButtonLink>
      )}
    </>
  );
  return (
    <Page title={name} lead={`${title}, ${department}`} actions={actions}>
      <EmployeeFacts employee={employee} />
      <Section title={texts.employee.payments}>
        <Table
          caption={texts.employee.payments}
          columns={paymentColumns.filter(({ name }) => name !== texts.payments.employee)}
          rows={payments.nodes.map((payment) => ({ ...payment, employee: { id, name } }))}
          empty={<Empty title={texts.employee.noPayments}>{texts.employee.noPaymentsHint}</Empty>}
        />
      </Section>
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
