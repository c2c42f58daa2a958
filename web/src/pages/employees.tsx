import { createRoute, Link, useNavigate } from '@tanstack/react-router';
import { ask } from '../api.js';
import { formatDay } from '../format.js';
import { type EmployeeStatus, EmployeesDocument, type EmployeesQuery } from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import { Button, ButtonLink, Filters, optionsOf, SelectField, TextField } from '../ui/controls.js';
import { Badge, Empty, Page, type Tone } from '../ui/layout.js';
import { Money } from '../ui/money.js';
import { oneOf, textIn } from '../ui/search.js';
import { type Column, Pager, Table } from '../ui/table.js';
import { rootRoute } from './root.js';

const pageSize = 50;

interface EmployeesSearch {
  search?: string | undefined;
  department?: string | undefined;
  status?: EmployeeStatus | undefined;
  after?: string | undefined;
}

function parseSearch(given: Record<string, unknown>): EmployeesSearch {
  return {
    search: textIn(given.search),
    department: textIn(given.department),
    status: oneOf<EmployeeStatus>(given.status, texts.status),
    after: textIn(given.after),
  };
}

export const employeesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/employees',
  validateSearch: parseSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps: { after, ...filter } }) =>
    (await ask(EmployeesDocument, { first: pageSize, after, filter })).employees,
  component: EmployeesPage,
});

type Row = EmployeesQuery['employees']['nodes'][number];

export const statusTones: Record<EmployeeStatus, Tone> = {
  ACTIVE: 'good',
  TERMINATED: 'neutral',
  UPCOMING: 'warn',
};

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
  {
    name: texts.employees.status,
    cell: ({ status }) => <Badge tone={statusTones[status]}>{texts.status[status]}</Badge>,
  },
  { name: texts.employees.hiredOn, cell: ({ hiredOn }) => formatDay(hiredOn) },
  { name: texts.employees.salary, number: true, cell: ({ salary }) => salary && <Money money={salary} /> },
  { name: texts.edit.unit, cell: ({ salaryUnit }) => salaryUnit && texts.unit[salaryUnit] },
];

function EmployeesPage() {
  const { nodes, pageInfo, totalCount } = employeesRoute.useLoaderData();
  const { search, department, status, after } = employeesRoute.useSearch();
  const { me } = employeesRoute.useRouteContext();
  const navigate = useNavigate({ from: '/employees' });
  const clear = <ButtonLink to="/employees">{texts.common.clear}</ButtonLink>;
  return (
    <Page
      title={texts.employees.title}
      actions={
        me.admin && (
          <ButtonLink look="primary" to="/employees/new">
            {texts.hire.submit}
          </ButtonLink>
        )
      }
    >
      <Filters
        key={JSON.stringify([search, department, status])}
        onSubmit={(data) => void navigate({ search: parseSearch(Object.fromEntries(data)) })}
      >
        <TextField type="search" name="search" label={texts.employees.search} defaultValue={search} />
        <TextField name="department" label={texts.employees.department} defaultValue={department} />
        <SelectField
          name="status"
          label={texts.employees.status}
          defaultValue={status ?? ''}
          options={optionsOf(texts.status, texts.common.all)}
        />
        <Button type="submit">{texts.common.apply}</Button>
        {(search ?? department ?? status) !== undefined && clear}
      </Filters>
      <Table
        caption={texts.employees.title}
        columns={columns}
        rows={nodes}
        empty={
          <Empty title={texts.employees.emptyTitle} action={clear}>
            {texts.employees.empty}
          </Empty>
        }
      />
      <Pager
        shown={nodes.length}
        total={totalCount}
        after={after}
        next={pageInfo.hasNextPage ? pageInfo.endCursor : null}
      />
    </Page>
  );
}
