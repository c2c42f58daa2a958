import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { formatDay, formatInstant } from '../format.js';
import type { EmployeeQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, TextField } from '../ui/controls.js';
import { Facts, Page, Section } from '../ui/layout.js';
import { List } from '../ui/list.js';
import { Money, moneyText } from '../ui/money.js';
import { type Column, Table } from '../ui/table.js';
import { EmployeeBadge } from './badges.js';
import { parseEmployeeSearch } from './employee.search.js';
import { EndDialog } from './end-dialog.js';
import { MissingEmployee } from './missing.js';
import { paymentColumns } from './payment-columns.js';
import { Totals } from './totals.js';

const route = getRouteApi('/employees/$id');

type Employee = NonNullable<EmployeeQuery['employee']>;
type Change = Employee['salaryHistory']['nodes'][number] & { id: string };

const historyColumns: Array<Column<Change>> = [
  { name: texts.employee.from, cell: ({ effectiveFrom }) => formatDay(effectiveFrom) },
  { name: texts.edit.salary, number: true, cell: ({ salary }) => <Money money={salary} /> },
  { name: texts.edit.unit, cell: ({ unit }) => texts.unit[unit] },
  { name: texts.employee.setBy, cell: ({ changedBy }) => changedBy.username },
  { name: texts.employee.setAt, cell: ({ changedAt }) => formatInstant(changedAt) },
];

export function EmployeePage() {
  const employee = route.useLoaderData();
  const { me } = route.useRouteContext();
  const router = useRouter();
  const [ending, setEnding] = useState(false);
  const search = route.useSearch();
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
      <Section
        title={
          search.year === undefined ? texts.employee.payments : texts.employee.paymentsOf(String(search.year))
        }
      >
        <List
          title={texts.employee.payments}
          columns={paymentColumns.filter(({ name }) => name !== texts.payments.employee)}
          page={{
            ...payments,
            nodes: payments.nodes.map((payment) => ({ ...payment, employee: { id, name } })),
          }}
          search={search}
          parse={parseEmployeeSearch}
          empty={{ emptyTitle: texts.employee.noPayments, empty: texts.employee.noPaymentsHint }}
          filters={
            <TextField
              name="year"
              type="number"
              label={texts.employee.year}
              min={1900}
              max={2999}
              defaultValue={search.year}
            />
          }
        />
      </Section>
      <Totals
        title={
          search.year === undefined ? texts.payments.totals : texts.employee.totalOf(String(search.year))
        }
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

function AdminActions({ employee: { id, status }, onEnd }: { employee: Employee; onEnd: () => void }) {
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

function EmployeeFacts({ employee }: { employee: Employee }) {
  const { email, status, hiredOn, terminatedOn, salary, salaryUnit, bankAccount } = employee;
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
        [texts.employee.account, account ?? texts.employee.noAccount],
      ]}
    />
  );
}
