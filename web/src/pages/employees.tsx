import { getRouteApi, Link } from '@tanstack/react-router';
import { formatDay } from '../format.js';
import type { EmployeesQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { ButtonLink, Buttons, optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Page } from '../ui/layout.js';
import { List } from '../ui/list.js';
import { Money } from '../ui/money.js';
import type { Column } from '../ui/table.js';
import { EmployeeBadge } from './badges.js';
import { parseEmployeesSearch } from './employees.search.js';

const route = getRouteApi('/employees');

type Row = EmployeesQuery['employees']['nodes'][number];

const columns: Array<Column<Row>> = [
  {
    name: texts.employees.name,
    cell: ({ id, name }) => (
      <Link to="/employees/$id" params={{ id }}>
        {name}
      </Link>
    ),
  },
  { name: texts.employees.jobTitle, cell: ({ title }) => title },
  { name: texts.employees.department, cell: ({ department }) => department },
  { name: texts.employees.status, cell: ({ status }) => <EmployeeBadge status={status} /> },
  { name: texts.employees.hiredOn, nowrap: true, cell: ({ hiredOn }) => formatDay(hiredOn) },
  { name: texts.employees.salary, number: true, cell: ({ salary }) => salary && <Money money={salary} /> },
  { name: texts.edit.unit, cell: ({ salaryUnit }) => salaryUnit && texts.unit[salaryUnit] },
];

export function EmployeesPage() {
  const search = route.useSearch();
  const { me } = route.useRouteContext();
  const hire = me.admin && (
    <ButtonLink look="primary" to="/employees/new">
      {texts.hire.submit}
    </ButtonLink>
  );
  return (
    <Page title={texts.employees.title} actions={hire}>
      <List
        title={texts.employees.title}
        columns={columns}
        page={route.useLoaderData()}
        search={search}
        parse={parseEmployeesSearch}
        empty={texts.employees}
        emptyAction={
          me.admin && (
            <Buttons>
              {hire}
              <ButtonLink to="/import">{texts.importing.title}</ButtonLink>
            </Buttons>
          )
        }
        filters={
          <>
            <TextField
              type="search"
              name="search"
              label={texts.employees.search}
              defaultValue={search.search}
            />
            <TextField
              name="department"
              label={texts.employees.department}
              defaultValue={search.department}
            />
            <SelectField
              name="status"
              label={texts.employees.status}
              defaultValue={search.status ?? ''}
              options={optionsOf(texts.status, texts.common.all)}
            />
            <SelectField
              name="only"
              label={texts.employees.only}
              defaultValue={search.only ?? ''}
              options={optionsOf(texts.employees.onlyOf, texts.common.all)}
            />
          </>
        }
      />
    </Page>
  );
}
